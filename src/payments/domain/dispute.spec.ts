import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { type Dispute, type DisputeStatus, type DisputeTold, judgeDispute } from './dispute.js';
import type { Payment } from './payment.js';

const paid = {
  id: newId<'pay'>(),
  amount: 100,
  currency: 'EUR',
  authorizedAmount: 100,
  capturedAmount: 100,
  voidedAmount: 0,
  refundedAmount: 0,
  refundPending: 0,
  disputedAmount: 0,
} as Payment;
const told = (type: DisputeTold['type'], over: Partial<DisputeTold> = {}): DisputeTold => ({
  type,
  dispute: 'dp_1',
  amount: 60,
  currency: 'EUR',
  ...over,
});
const dispute = (status: DisputeStatus, over: Partial<Dispute> = {}): Dispute =>
  ({ id: newId<'dsp'>(), paymentId: paid.id, amount: 60, status, ...over }) as Dispute;

describe('a notice of a dispute', () => {
  it.each<[what: string, Partial<Payment> & { lost?: number }, Dispute | undefined, DisputeTold, expected: object]>([
    ['opens it', {}, undefined, told('dispute_opened'), { do: 'open' }],
    ['opens it again', {}, dispute('open'), told('dispute_opened'), { do: 'ignore' }],
    ['opens it before the capture', { capturedAmount: 0 }, undefined, told('dispute_opened'), { do: 'wait' }],
    ['opens it during a refund', { refundPending: 50 }, undefined, told('dispute_opened'), { do: 'wait' }],
    ['opens it after a refund', { refundedAmount: 50 }, undefined, told('dispute_opened'), { do: 'quarantine' }],
    ['opens it beside another', { disputedAmount: 50 }, undefined, told('dispute_opened'), { do: 'wait' }],
    [
      'opens it after a lost one',
      { disputedAmount: 50, lost: 50 },
      undefined,
      told('dispute_opened'),
      { do: 'quarantine' },
    ],
    ['wins it', {}, dispute('open'), told('dispute_won'), { do: 'close', status: 'won' }],
    ['loses it', {}, dispute('open'), told('dispute_lost'), { do: 'close', status: 'lost' }],
    ['loses it again', {}, dispute('lost'), told('dispute_lost'), { do: 'ignore' }],
    ['wins what was lost', {}, dispute('lost'), told('dispute_won'), { do: 'quarantine' }],
    ['ends what is not known yet', {}, undefined, told('dispute_won'), { do: 'wait' }],
    ['ends what came after a refund', { refundedAmount: 50 }, undefined, told('dispute_lost'), { do: 'quarantine' }],
    ['ends what came during a refund', { refundPending: 50 }, undefined, told('dispute_lost'), { do: 'wait' }],
    ['ends it with another amount', {}, dispute('open'), told('dispute_won', { amount: 59 }), { do: 'quarantine' }],
    ['is in another currency', {}, undefined, told('dispute_opened', { currency: 'USD' }), { do: 'quarantine' }],
    ['has no amount', {}, undefined, told('dispute_opened', { amount: 0 }), { do: 'quarantine' }],
    [
      'is about another payment',
      {},
      dispute('open', { paymentId: newId<'pay'>() }),
      told('dispute_won'),
      { do: 'quarantine' },
    ],
  ])('%s', (_, { lost = 0, ...over }, known, what, expected) =>
    expect(judgeDispute({ ...paid, ...over }, lost, known, what)).toMatchObject(expected),
  );

  it('must say which one', () => {
    const { dispute: _, ...nameless } = told('dispute_opened');
    expect(judgeDispute(paid, 0, undefined, nameless)).toMatchObject({ do: 'quarantine' });
  });
});
