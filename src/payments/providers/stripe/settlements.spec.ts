import type { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../shared/ids.js';
import { linesOf } from './settlements.js';

const seconds = new Date('2026-03-31T12:00:00Z').getTime() / 1000;
const attempt = newId<'att'>();

function balanceTransaction(given: object): Stripe.BalanceTransaction {
  const { amount, fee = 0 } = given as { amount: number; fee?: number };
  const rest = {
    id: 'txn_1',
    created: seconds,
    currency: 'eur',
    exchange_rate: null,
    fee,
    net: amount - fee,
    source: null,
  };
  return { ...rest, reporting_category: 'other', ...given } as unknown as Stripe.BalanceTransaction;
}
const charge = (given: object = {}) => ({
  object: 'charge',
  amount: 1000,
  amount_captured: 1000,
  currency: 'eur',
  payment_intent: 'pi_1',
  metadata: { till_payment: 'pay_1', till_capture: encodeId('att', attempt) },
  ...given,
});
const returned = (object: 'refund' | 'dispute', given: object = {}) => ({
  object,
  amount: 1000,
  currency: 'eur',
  payment_intent: 'pi_1',
  metadata: {},
  ...given,
});
const read = (given: object) =>
  linesOf(balanceTransaction(given)).map(({ kind, amount, currency }) => `${kind} ${amount} ${currency}`);

describe('a balance transaction', () => {
  it.each<[what: string, given: object, lines: string[]]>([
    ['of a charge', { type: 'charge', amount: 1000, fee: 40, source: charge() }, ['capture 1000 EUR', 'fee 40 EUR']],
    [
      'of a charge whose capture took a part',
      { type: 'charge', amount: 1000, source: charge({ amount_captured: 600 }) },
      ['capture 600 EUR', 'uncaptured 400 EUR'],
    ],
    [
      'of what a capture left',
      {
        type: 'refund',
        reporting_category: 'partial_capture_reversal',
        amount: -400,
        source: charge({ amount_captured: 600 }),
      },
      ['uncaptured_reversal 400 EUR'],
    ],
    ['of a refund', { type: 'refund', amount: -300, source: returned('refund') }, ['refund 300 EUR']],
    [
      'of a direct debit that is not decided',
      {
        type: 'payment',
        reporting_category: 'charge',
        amount: 1000,
        source: charge({ status: 'pending', amount_captured: 0 }),
      },
      ['capture 1000 EUR'],
    ],
    [
      'of a direct debit that failed since',
      { type: 'payment', reporting_category: 'charge', amount: 1000, fee: 15, source: charge({ status: 'failed' }) },
      ['uncaptured 1000 EUR', 'fee 15 EUR'],
    ],
    [
      'of the failure of a direct debit',
      {
        type: 'payment_failure_refund',
        reporting_category: 'charge_failure',
        amount: -1000,
        fee: -15,
        source: charge({ status: 'failed' }),
      },
      ['uncaptured_reversal 1000 EUR', 'fee_refund 15 EUR'],
    ],
    [
      'of the failure of a direct debit that another object caused',
      { type: 'payment_failure_refund', reporting_category: 'charge_failure', amount: -1000 },
      ['uncaptured_reversal 1000 EUR'],
    ],
    [
      'of a refund that failed',
      { type: 'refund_failure', amount: 300, source: returned('refund') },
      ['refund_reversal 300 EUR'],
    ],
    [
      'of one that failed, as it was reported before',
      { type: 'adjustment', reporting_category: 'refund_failure', amount: 300, source: returned('refund') },
      ['refund_reversal 300 EUR'],
    ],
    [
      'of a dispute with its fee',
      { type: 'adjustment', reporting_category: 'dispute', amount: -1000, fee: 2000, source: returned('dispute') },
      ['dispute 1000 EUR', 'fee 2000 EUR'],
    ],
    [
      'of a dispute that was won, with its fee',
      {
        type: 'adjustment',
        reporting_category: 'dispute_reversal',
        amount: 1000,
        fee: -2000,
        source: returned('dispute'),
      },
      ['dispute_reversal 1000 EUR', 'fee_refund 2000 EUR'],
    ],
    ['of a fee', { type: 'stripe_fee', amount: -70 }, ['fee 70 EUR']],
    ['of a fee that was given back', { type: 'stripe_fee', amount: 70 }, ['fee_refund 70 EUR']],
    ['of a payout', { type: 'payout', amount: -5000 }, ['payout 5000 EUR']],
    ['of a payout that bounced', { type: 'payout_failure', amount: 5000 }, ['payout_reversal 5000 EUR']],
    ['of a payout that was cancelled', { type: 'payout_cancel', amount: 5000 }, ['payout_reversal 5000 EUR']],
    ['of money that was paid in', { type: 'topup', amount: 5000 }, ['topup 5000 EUR']],
    ['of money that is set aside', { type: 'reserve_transaction', amount: -500 }, ['reserve 500 EUR']],
    ['of money that is released', { type: 'reserve_transaction', amount: 500 }, ['reserve_release 500 EUR']],
    [
      'of a charge in another currency',
      { type: 'charge', amount: 1160, currency: 'usd', exchange_rate: 1.16, fee: 59, source: charge() },
      ['capture 1000 EUR', 'conversion_out 1000 EUR', 'conversion_in 1160 USD', 'fee 59 USD'],
    ],
    [
      'of a refund in another currency',
      {
        type: 'refund',
        amount: -580,
        currency: 'usd',
        exchange_rate: 1.16,
        source: returned('refund', { amount: 500 }),
      },
      ['refund 500 EUR', 'conversion_out 580 USD', 'conversion_in 500 EUR'],
    ],
    ['of an unknown kind', { type: 'contribution', amount: -500 }, ['other_debit 500 EUR']],
    [
      'of an unknown kind, with a fee',
      { type: 'payment_reversal', amount: -1000, fee: 15, source: charge() },
      ['fee 15 EUR', 'other_debit 1000 EUR'],
    ],
    [
      'of a known kind in the wrong direction',
      { type: 'refund', amount: 300, source: returned('refund') },
      ['other_credit 300 EUR'],
    ],
    ['whose net is not the rest', { type: 'stripe_fee', amount: -70, net: -80 }, ['fee 70 EUR', 'other_debit 10 EUR']],
    ['of nothing', { type: 'adjustment', amount: 0 }, []],
  ])('%s', (_, given, lines) => expect(read(given)).toEqual(lines));

  it('names the rate, the type and whose payment it is', () => {
    const given = { type: 'charge', amount: 1160, currency: 'usd', exchange_rate: 1.16 };
    expect(linesOf(balanceTransaction({ ...given, source: charge() }))).toMatchObject([
      { id: 'txn_1', type: 'charge', attemptId: attempt, reference: 'pi_1', isOurs: true },
      { id: 'txn_1:out', rate: 1.16 },
      { id: 'txn_1:in', rate: 1.16 },
    ]);
    expect(linesOf(balanceTransaction({ ...given, source: charge({ metadata: {} }) }))[0]).toMatchObject({
      isOurs: false,
    });
  });
});
