import { assert, boolean, constant, constantFrom, integer, oneof, property, array, record } from 'fast-check';
import type { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import type { ClearedEntry } from '../../../ledger/index.js';
import { encodeId, newId } from '../../../shared/ids.js';
import { compareSettlements, type EnrichedSettlementLine } from '../../domain/settlement-comparison.js';
import { effectOf, isPostedFromStatement, ledgerKindOf } from '../../domain/statement-kinds.js';
import { addUp, sumByCurrency } from '../../domain/statement-sum.js';
import { fromStripe } from './amounts.js';
import { linesOf } from './settlements.js';
import { commitSeed } from '../../../../test/support/seed.js';

/** Ten thousand statements take some 3 s on an idle machine. */
const PATIENT = { timeout: 120_000 };
const AT = new Date('2026-03-31T12:00:00Z');
const attempt = newId<'att'>();

/** By https://docs.stripe.com/reports/balance-transaction-types, and one that does not exist yet. */
const types = `adjustment advance advance_funding anticipation_repayment application_fee application_fee_refund charge
  climate_order_purchase climate_order_refund connect_collection_transfer contribution fee_credit_funding inbound_transfer
  inbound_transfer_reversal issuing_authorization_hold issuing_authorization_release issuing_dispute
  issuing_dispute_provisional_credit issuing_dispute_provisional_credit_reversal issuing_transaction obligation_outbound
  obligation_reversal_inbound payment payment_failure_refund payment_network_reserve_hold payment_network_reserve_release
  payment_refund payment_reversal payment_unreconciled payout payout_cancel payout_failure payout_minimum_balance_hold
  payout_minimum_balance_release refund refund_failure reserve_hold reserve_release reserve_transaction reserved_funds
  stripe_balance_payment_debit stripe_balance_payment_debit_reversal stripe_fee stripe_fx_fee tax_fee tax_fund topup
  topup_reversal transfer transfer_cancel transfer_failure transfer_refund of_tomorrow`.split(/\s+/);
const categories =
  `charge refund dispute dispute_reversal refund_failure partial_capture_reversal charge_failure fee network_cost payout
  payout_reversal topup risk_reserved_funds other_adjustment`.split(/\s+/);

const amount = oneof(integer({ min: 1, max: 2000 }), integer({ min: 1, max: 99_999_999 }));
const currency = constantFrom('eur', 'eur', 'usd', 'jpy', 'kwd').map((code) => ({ code }));
/** Three decimals end in 0 at Stripe. */
const rounded = (units: number, code: string) => (code === 'kwd' ? units * 10 : units);
const source = record({
  object: constantFrom('charge', 'refund', 'dispute', 'payout', null),
  amount,
  captured: integer({ min: 0, max: 100 }),
  currency,
  attempt: boolean(),
  status: constantFrom('succeeded', 'pending', 'failed'),
  intent: constantFrom('pi_1', 'pi_2', null),
}).map(({ object, amount: units, captured, currency: { code }, attempt: isNamed, status, intent }) => {
  const all = rounded(units, code);
  const metadata = isNamed ? { till_payment: 'p', till_attempt: named, till_capture: named } : {};
  const part = rounded(Math.floor((units * captured) / 100), code);
  return (
    object && { object, amount: all, amount_captured: part, currency: code, status, metadata, payment_intent: intent }
  );
});
const named = encodeId('att', attempt);
const transaction = record({
  type: constantFrom(...types),
  category: constantFrom(...categories),
  amount,
  sign: constantFrom(1, -1),
  currency,
  fee: oneof(constant(0), integer({ min: -5000, max: 5000 })),
  rate: constantFrom(null, 1.16, 0.0071),
  source,
}).map(
  ({ category, amount: units, sign, currency: { code }, fee, rate, ...given }) =>
    // Enough of a balance transaction to be read.
    ({
      ...given,
      id: 'txn',
      created: AT.getTime() / 1000,
      reporting_category: category,
      amount: sign * rounded(units, code),
      fee: rounded(fee, code),
      net: sign * rounded(units, code) - rounded(fee, code),
      currency: code,
      exchange_rate: rate,
    }) as unknown as Stripe.BalanceTransaction,
);
/** What the ledger has of a line that Till posts when it happens: what is right, too little, in another currency, or nothing. */
const books = constantFrom('right', 'right', 'less', 'elsewhere', 'nothing');

const referenceOf = ({ id, kind, attemptId }: EnrichedSettlementLine) =>
  isPostedFromStatement(kind) ? id.replace(/:(in|out)$/, '') : attemptId;

function entryOf(line: EnrichedSettlementLine, found: string): ClearedEntry[] {
  const kind = ledgerKindOf(line.kind);
  const state = isPostedFromStatement(line.kind) ? 'right' : found;
  if (!kind || state === 'nothing') return [];
  const effect = effectOf(line) - (state === 'less' ? Math.sign(effectOf(line)) : 0);
  const about = { kind, referenceId: line.referenceId ?? newId<'att'>(), orderId: line.orderId, postedAt: AT };
  return [
    {
      ...about,
      transactionId: newId<'txn'>(),
      amount: effect,
      currency: state === 'elsewhere' ? 'XTS' : line.currency,
    },
  ];
}

/** A statement, and the lines that Till makes of it. */
const statement = array(record({ transaction, books, isKnown: boolean() }), { maxLength: 6 }).map((all) =>
  all.map((one, n) => ({ ...one, transaction: { ...one.transaction, id: `txn_${n}` } })),
);

const total = (sums: ReadonlyMap<string, number>) => [...sums].filter(([, sum]) => sum !== 0).toSorted();

describe.each([
  ['a seed that stays', 17],
  ['the seed of the commit', commitSeed],
])('10,000 random statements, with %s', (_, seed) => {
  it(
    'each add up: all that is in them is posted or listed, and what nobody knows is listed by its name',
    PATIENT,
    () => {
      expect(() =>
        assert(
          property(statement, (all) => {
            const nets = sumByCurrency(all.map(({ transaction: { net, currency: code } }) => fromStripe(net, code)));
            const entries: ClearedEntry[] = [];
            const lines = all.flatMap(({ transaction: given, books: found, isKnown }) =>
              linesOf(given).map((line): EnrichedSettlementLine => {
                const orderId = isKnown ? newId<'ord'>() : null;
                const enriched = {
                  ...line,
                  referenceId: null,
                  lineReference: null,
                  orderId,
                  isForeign: line.isOurs === false,
                };
                const complete = { ...enriched, referenceId: referenceOf(enriched) };
                entries.push(...entryOf(complete, found));
                return complete;
              }),
            );
            const compared = compareSettlements(lines, entries, { isOfDay: () => true, fromStatement: new Set() });
            const { differences, totals } = addUp(nets, compared, AT);

            const listed = sumByCurrency(
              differences.flatMap(({ line, effect }) => (line ? [{ currency: line.currency, amount: effect }] : [])),
            );
            const addsUp = totals.every(
              ({ currency: code, statement: sum, posted, differing }) =>
                sum === (nets.get(code) ?? 0) && posted + differing === sum && (listed.get(code) ?? 0) === differing,
            );
            const isWhole = total(nets).every(([code]) => totals.some((one) => one.currency === code));
            const unknown = lines.filter(({ kind }) => ledgerKindOf(kind) === undefined).map(({ id }) => id);
            const named = differences.filter(({ reason }) => reason === 'unknown_kind').map(({ line }) => line!);
            const areNamed = named.every(({ id, type }) => unknown.includes(id) && types.includes(type));
            const isExplained = differences.every(({ reason }) => reason !== 'total_differs');
            return addsUp && isWhole && areNamed && named.length === unknown.length && isExplained;
          }),
          { seed, numRuns: 10_000 },
        ),
      ).not.toThrow();
    },
  );
});
