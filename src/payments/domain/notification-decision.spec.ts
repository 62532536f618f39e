import { describe, expect, it } from 'vitest';
import { moneyOfOrder, paymentWith } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import { decide, type NotificationContent, setAside } from './notification-decision.js';
import type { Attempt, AttemptKind, AttemptState, Payment } from './payment.js';

const payment = (over: Partial<Payment> = {}) => paymentWith({ capture: 'manual', ...over });
const attempt = (kind: AttemptKind, state: AttemptState, amount = 100): Attempt =>
  frozen({ id: newId<'att'>(), kind, state, amount } as Attempt);
const content = (type: NotificationContent['type'], amount = 100, currency = 'EUR'): NotificationContent =>
  frozen({ type, amount, currency });
const opening = (state: AttemptState = 'pending') => attempt('authorize', state);
const held = { authorizedAmount: 100 };
const begin = (kind: AttemptKind, amount: number) => ({ do: 'begin', operation: { kind, amount } });
const gone = { ...held, voidedAmount: 100 };
const taken = { ...held, capturedAmount: 100 };

describe('a notice of an operation of ours', () => {
  it.each<[what: string, Attempt, NotificationContent, Partial<Payment>, expected: object]>([
    ['opens a payment', opening(), content('authorized'), {}, { do: 'apply', again: false }],
    ['opens one that was given up', opening('failed'), content('captured'), {}, { do: 'apply' }],
    ['says that what was captured is authorised', opening('succeeded'), content('authorized'), taken, { do: 'apply' }],
    ['opens it with another amount', opening(), content('authorized', 99), {}, { do: 'quarantine' }],
    ['opens it in another currency', opening(), content('authorized', 100, 'USD'), {}, { do: 'quarantine' }],
    ['captures a second time', opening('succeeded'), content('captured'), taken, { do: 'quarantine' }],
    ['declines it', opening(), content('declined'), {}, { do: 'apply' }],
    ['declines it too late', opening('succeeded'), content('declined'), taken, { do: 'ignore' }],
    ['declines it twice', opening('declined'), content('failed'), {}, { do: 'ignore' }],
    ['ends a refund', attempt('refund', 'unknown'), content('refunded'), taken, { do: 'apply', again: false }],
    [
      'ends one that was given up',
      attempt('refund', 'declined'),
      content('refunded'),
      taken,
      { do: 'apply', again: true },
    ],
    ['ends one that has no room left', attempt('refund', 'declined'), content('refunded'), held, { do: 'quarantine' }],
    ['ends it twice', attempt('refund', 'succeeded'), content('refunded'), taken, { do: 'quarantine' }],
    ['ends one whose money came back', attempt('refund', 'failed'), content('refunded'), taken, { do: 'ignore' }],
    ['undoes it', attempt('refund', 'succeeded'), content('refund_failed'), taken, { do: 'quarantine' }],
    ['reverses it', attempt('refund', 'succeeded'), content('refund_reversed'), taken, { do: 'apply', again: false }],
    ['reverses it in progress', attempt('refund', 'pending'), content('refund_reversed'), taken, { do: 'apply' }],
    ['reverses it twice', attempt('refund', 'failed'), content('refund_reversed'), taken, { do: 'ignore' }],
    ['reverses a part', attempt('refund', 'succeeded'), content('refund_reversed', 7), taken, { do: 'quarantine' }],
    ['voids what has expired', attempt('void', 'declined'), content('voided'), gone, { do: 'ignore' }],
    ['voids more than that', attempt('void', 'declined', 101), content('voided', 101), gone, { do: 'quarantine' }],
    ['undoes a void', attempt('void', 'succeeded'), content('void_failed'), held, { do: 'quarantine' }],
    [
      'fails with another amount',
      attempt('capture', 'pending'),
      content('capture_failed', 7),
      held,
      { do: 'quarantine' },
    ],
    ['mistakes its kind', attempt('capture', 'pending'), content('refunded'), held, { do: 'quarantine' }],
    ['has no amount', attempt('capture', 'pending'), content('captured', 0), held, { do: 'quarantine' }],
  ])('%s', (_, which, what, over, expected) =>
    expect(decide(payment(over), which, true, what)).toMatchObject(expected),
  );
});

describe('a notice of something done at the provider', () => {
  it.each<[what: string, NotificationContent, Partial<Payment>, expected: object]>([
    ['captures a part', content('captured', 30), held, begin('capture', 30)],
    ['captures before it is authorised', content('captured', 30), {}, { do: 'wait' }],
    ['captures what is being captured', content('captured'), { ...held, capturePending: 100 }, { do: 'wait' }],
    ['captures what is gone', content('captured'), { ...held, voidedAmount: 100 }, { do: 'quarantine' }],
    ['voids', content('voided', 40), { ...held, capturedAmount: 60 }, begin('void', 40)],
    ['voids what is gone', content('voided'), gone, { do: 'ignore' }],
    ['voids what is gone in part', content('voided'), { ...held, voidedAmount: 40 }, { do: 'quarantine' }],
    ['voids what is captured', content('voided', 40), taken, { do: 'quarantine' }],
    ['refunds', content('refunded', 30), taken, begin('refund', 30)],
    ['refunds before the capture', content('refunded', 30), held, { do: 'wait' }],
    ['refunds what is refunded', content('refunded', 30), { ...taken, refundedAmount: 71 }, { do: 'quarantine' }],
    ['refunds what is in dispute', content('refunded', 30), { ...taken, disputedAmount: 71 }, { do: 'quarantine' }],
    ['opens a payment', content('authorized'), {}, { do: 'apply' }],
    ['charges one that captures at once', content('captured'), { capture: 'automatic' }, { do: 'apply' }],
    ['fails', content('refund_failed', 30), taken, { do: 'ignore' }],
    ['reverses a refund before it', content('refund_reversed', 30), taken, { do: 'wait' }],
    ['expires what is left', content('expired'), { ...held, capturedAmount: 60 }, begin('void', 40)],
    ['expires nothing', content('expired'), taken, { do: 'wait' }],
    ['expires before the capture ends', content('expired'), { ...held, capturePending: 10 }, { do: 'wait' }],
  ])('%s', (_, what, over, expected) => expect(decide(payment(over), opening(), false, what)).toMatchObject(expected));

  it('expires nothing of what was decided and is gone', () => {
    expect(decide(payment(taken), opening('succeeded'), false, content('expired'))).toMatchObject({ do: 'ignore' });
  });
});

describe('An operation that begins', () => {
  const order = moneyOfOrder({ total: 100, status: 'confirmed', authorizedAmount: 100 });

  it.each([
    ['capture', 'capturePending'],
    ['void', 'voidPending'],
    ['refund', 'refundPending'],
  ] as const)('to %s sets its amount aside in the payment and the order', (kind, pending) => {
    const before = payment({ ...taken, [pending]: 10 });
    const after = setAside({ order, payment: before }, { kind, amount: 30 });
    expect(after).toEqual({ order: { ...order, [pending]: 30 }, payment: { ...before, [pending]: 40 } });
  });

  it('to authorize sets nothing aside', () => {
    const before = { order, payment: payment() };
    expect(setAside(before, { kind: 'authorize', amount: 30 })).toEqual(before);
  });
});
