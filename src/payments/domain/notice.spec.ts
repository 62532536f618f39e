import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { judge, type Told } from './notice.js';
import type { Attempt, AttemptKind, AttemptState, Payment } from './payment.js';

const payment = (over: Partial<Payment> = {}): Payment =>
  ({
    amount: 100,
    currency: 'EUR',
    capture: 'manual',
    authorizedAmount: 0,
    capturedAmount: 0,
    capturePending: 0,
    voidedAmount: 0,
    voidPending: 0,
    refundedAmount: 0,
    refundPending: 0,
    disputedAmount: 0,
    ...over,
  }) as Payment;
const attempt = (kind: AttemptKind, state: AttemptState, amount = 100): Attempt =>
  ({ id: newId<'att'>(), kind, state, amount }) as Attempt;
const told = (type: Told['type'], amount = 100, currency = 'EUR'): Told => ({ type, amount, currency });
const opening = (state: AttemptState = 'pending') => attempt('authorize', state);
const held = { authorizedAmount: 100 };
const begin = (kind: AttemptKind, amount: number) => ({ do: 'begin', operation: { kind, amount } });
const taken = { ...held, capturedAmount: 100 };

describe('a notice of an operation of ours', () => {
  it.each<[what: string, Attempt, Told, Partial<Payment>, expected: object]>([
    ['opens a payment', opening(), told('authorized'), {}, { do: 'apply', again: false }],
    ['opens one that was given up', opening('failed'), told('captured'), {}, { do: 'apply' }],
    ['says that what was captured is authorised', opening('succeeded'), told('authorized'), taken, { do: 'apply' }],
    ['opens it with another amount', opening(), told('authorized', 99), {}, { do: 'quarantine' }],
    ['opens it in another currency', opening(), told('authorized', 100, 'USD'), {}, { do: 'quarantine' }],
    ['captures a second time', opening('succeeded'), told('captured'), taken, { do: 'quarantine' }],
    ['declines it', opening(), told('declined'), {}, { do: 'apply' }],
    ['declines it too late', opening('succeeded'), told('declined'), taken, { do: 'ignore' }],
    ['declines it twice', opening('declined'), told('failed'), {}, { do: 'ignore' }],
    ['ends a refund', attempt('refund', 'unknown'), told('refunded'), taken, { do: 'apply', again: false }],
    ['ends one that was given up', attempt('refund', 'failed'), told('refunded'), taken, { do: 'apply', again: true }],
    ['ends one that has no room left', attempt('refund', 'failed'), told('refunded'), held, { do: 'quarantine' }],
    ['ends it twice', attempt('refund', 'succeeded'), told('refunded'), taken, { do: 'quarantine' }],
    ['undoes it', attempt('refund', 'succeeded'), told('refund_failed'), taken, { do: 'quarantine' }],
    ['fails with another amount', attempt('capture', 'pending'), told('capture_failed', 7), held, { do: 'quarantine' }],
    ['mistakes its kind', attempt('capture', 'pending'), told('refunded'), held, { do: 'quarantine' }],
    ['has no amount', attempt('capture', 'pending'), told('captured', 0), held, { do: 'quarantine' }],
  ])('%s', (_, which, what, over, expected) => expect(judge(payment(over), which, true, what)).toMatchObject(expected));
});

describe('a notice of something done at the provider', () => {
  it.each<[what: string, Told, Partial<Payment>, expected: object]>([
    ['captures a part', told('captured', 30), held, begin('capture', 30)],
    ['captures before it is authorised', told('captured', 30), {}, { do: 'wait' }],
    ['captures what is being captured', told('captured'), { ...held, capturePending: 100 }, { do: 'wait' }],
    ['captures what is gone', told('captured'), { ...held, voidedAmount: 100 }, { do: 'quarantine' }],
    ['voids', told('voided', 40), { ...held, capturedAmount: 60 }, begin('void', 40)],
    ['refunds', told('refunded', 30), taken, begin('refund', 30)],
    ['refunds before the capture', told('refunded', 30), held, { do: 'wait' }],
    ['refunds what is refunded', told('refunded', 30), { ...taken, refundedAmount: 71 }, { do: 'quarantine' }],
    ['refunds what is in dispute', told('refunded', 30), { ...taken, disputedAmount: 71 }, { do: 'quarantine' }],
    ['opens a payment', told('authorized'), {}, { do: 'apply' }],
    ['charges one that captures at once', told('captured'), { capture: 'automatic' }, { do: 'apply' }],
    ['fails', told('refund_failed', 30), taken, { do: 'ignore' }],
    ['expires what is left', told('expired'), { ...held, capturedAmount: 60 }, begin('void', 40)],
    ['expires nothing', told('expired'), taken, { do: 'wait' }],
    ['expires before the capture ends', told('expired'), { ...held, capturePending: 10 }, { do: 'wait' }],
  ])('%s', (_, what, over, expected) => expect(judge(payment(over), opening(), false, what)).toMatchObject(expected));

  it('expires nothing of what was decided and is gone', () => {
    expect(judge(payment(taken), opening('succeeded'), false, told('expired'))).toMatchObject({ do: 'ignore' });
  });
});
