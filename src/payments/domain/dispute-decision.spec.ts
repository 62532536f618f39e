import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import {
  type Dispute,
  type DisputeStatus,
  type DisputeNotificationContent,
  decideDispute,
  versionOf,
} from './dispute-decision.js';
import type { Payment } from './payment.js';

const paid = {
  id: newId<'pay'>(),
  amount: 100,
  currency: 'EUR',
  authorizedAmount: 100,
  capturedAmount: 100,
  voidedAmount: 0,
  capturePending: 0,
  voidPending: 0,
  refundedAmount: 0,
  refundPending: 0,
  disputedAmount: 0,
} as Payment;
const unpaid = { authorizedAmount: 0, capturedAmount: 0 };
const content = (
  type: DisputeNotificationContent['type'],
  over: Partial<DisputeNotificationContent> = {},
): DisputeNotificationContent => ({
  type,
  dispute: 'dp_1',
  amount: 60,
  currency: 'EUR',
  occurredAt: new Date(1000),
  ...over,
});
const dispute = (status: DisputeStatus, over: Partial<Dispute> = {}): Dispute =>
  ({ id: newId<'dsp'>(), paymentId: paid.id, amount: 60, status, closedAt: new Date(1000), ...over }) as Dispute;

describe('a notice of a dispute', () => {
  it.each<
    [
      what: string,
      Partial<Payment> & { lost?: number },
      Dispute | undefined,
      DisputeNotificationContent,
      expected: object,
    ]
  >([
    ['opens it', {}, undefined, content('dispute_opened'), { do: 'open', coveredAmount: null }],
    ['opens it again', {}, dispute('open'), content('dispute_opened'), { do: 'ignore' }],
    ['opens it before the capture', { capturedAmount: 0 }, undefined, content('dispute_opened'), { do: 'wait' }],
    ['opens it during a refund', { refundPending: 50 }, undefined, content('dispute_opened'), { do: 'wait' }],
    [
      'opens it after a refund of a part of its money',
      { refundedAmount: 50 },
      undefined,
      content('dispute_opened'),
      { do: 'open', coveredAmount: 50 },
    ],
    [
      'opens it after a refund of all of its money',
      { refundedAmount: 100 },
      undefined,
      content('dispute_opened'),
      { do: 'open', coveredAmount: 0 },
    ],
    [
      'opens it for more than was paid',
      {},
      undefined,
      content('dispute_opened', { amount: 105 }),
      { do: 'open', coveredAmount: 100 },
    ],
    [
      'opens it beside another',
      { disputedAmount: 50 },
      undefined,
      content('dispute_opened'),
      { do: 'open', coveredAmount: 50 },
    ],
    [
      'opens it for a part of an authorization that is not captured yet',
      { capturedAmount: 40 },
      undefined,
      content('dispute_opened'),
      { do: 'wait' },
    ],
    [
      'opens it before the payment is known',
      { ...unpaid, status: 'processing' },
      undefined,
      content('dispute_opened'),
      { do: 'wait' },
    ],
    [
      'opens it after a lost one',
      { disputedAmount: 50, lost: 50 },
      undefined,
      content('dispute_opened'),
      { do: 'open', coveredAmount: 50 },
    ],
    ['wins it', {}, dispute('open'), content('dispute_won'), { do: 'close', status: 'won' }],
    ['loses it', {}, dispute('open'), content('dispute_lost'), { do: 'close', status: 'lost' }],
    ['loses it again', {}, dispute('lost'), content('dispute_lost'), { do: 'ignore' }],
    [
      'still has it lost later',
      {},
      dispute('lost'),
      content('dispute_lost', { occurredAt: new Date(3000) }),
      { do: 'confirm' },
    ],
    [
      'wins what was lost again since',
      {},
      dispute('lost', { reportedAt: new Date(3000) }),
      content('dispute_won', { occurredAt: new Date(2000) }),
      { do: 'ignore' },
    ],
    ['wins what was lost', {}, dispute('lost'), content('dispute_won'), { do: 'close', status: 'won' }],
    ['loses it, told after it was won', {}, dispute('won'), content('dispute_lost'), { do: 'ignore' }],
    [
      'loses what was won before',
      {},
      dispute('won'),
      content('dispute_lost', { occurredAt: new Date(2000) }),
      { do: 'lose_again', coveredAmount: 60 },
    ],
    [
      'loses what was won before and went back in part since',
      { refundedAmount: 70 },
      dispute('won'),
      content('dispute_lost', { occurredAt: new Date(2000) }),
      { do: 'lose_again', coveredAmount: 30 },
    ],
    [
      'loses what was won before and is on its way back',
      { refundPending: 70 },
      dispute('won'),
      content('dispute_lost', { occurredAt: new Date(2000) }),
      { do: 'wait' },
    ],
    ['ends what is not known yet', {}, undefined, content('dispute_won'), { do: 'wait' }],
    ['ends what came after a refund', { refundedAmount: 50 }, undefined, content('dispute_lost'), { do: 'wait' }],
    ['ends what came during a refund', { refundPending: 50 }, undefined, content('dispute_lost'), { do: 'wait' }],
    ['ends it with another amount', {}, dispute('open'), content('dispute_won', { amount: 59 }), { do: 'quarantine' }],
    ['is in another currency', {}, undefined, content('dispute_opened', { currency: 'USD' }), { do: 'quarantine' }],
    ['has no amount', {}, undefined, content('dispute_opened', { amount: 0 }), { do: 'quarantine' }],
    [
      'is about another payment',
      {},
      dispute('open', { paymentId: newId<'pay'>() }),
      content('dispute_won'),
      { do: 'quarantine' },
    ],
  ])('%s', (_, { lost = 0, ...over }, known, what, expected) =>
    expect(decideDispute(frozen({ ...paid, ...over }), lost, frozen(known), frozen(what))).toMatchObject(expected),
  );

  it('has a version that grows with each decision', () => {
    const versions = (
      [
        ['open', 0],
        ['lost', 0],
        ['won', 1],
        ['lost', 1],
        ['won', 2],
        ['lost', 2],
      ] as const
    ).map(([status, wins]) => versionOf({ status, wins }));
    expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('must say which one', () => {
    const { dispute: _, ...nameless } = content('dispute_opened');
    expect(decideDispute(paid, 0, undefined, nameless)).toMatchObject({ do: 'quarantine' });
  });
});
