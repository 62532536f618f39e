import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { capturable, type Payment, refundable } from './payment.js';
import { type ProviderEvent, reduce } from './payment-reducer.js';

const payment = (over: Partial<Payment> = {}): Payment => ({
  id: newId<'pay'>(),
  orderId: newId<'ord'>(),
  customerId: newId<'usr'>(),
  provider: 'sandbox',
  paymentMethod: 'pm_ok',
  capture: 'automatic',
  currency: 'EUR',
  amount: 100,
  status: 'processing',
  authorizedAmount: 0,
  capturedAmount: 0,
  capturePending: 0,
  voidedAmount: 0,
  voidPending: 0,
  refundedAmount: 0,
  refundPending: 0,
  disputedAmount: 0,
  decline: null,
  reference: null,
  nextAction: null,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ...over,
});
const event = (type: ProviderEvent['type'], amount = 100, more: Partial<ProviderEvent> = {}): ProviderEvent => ({
  providerEventId: `${type}-${amount}`,
  attemptId: newId<'att'>(),
  type,
  amount,
  currency: 'EUR',
  occurredAt: new Date(0),
  ...more,
});
const nothing = { authorized: 0, captured: 0, refunded: 0, capturePending: 0, voidPending: 0, refundPending: 0 };
const moved = (amounts: Partial<typeof nothing>) => ({ ...nothing, ...amounts });

describe('reduce', () => {
  it('a capture shows that as much was authorised', () => {
    const it = payment();
    expect(reduce(it, 'authorize', event('captured'))).toEqual(moved({ authorized: 100, captured: 100 }));
    expect(it).toMatchObject({ status: 'captured', authorizedAmount: 100, capturedAmount: 100 });
  });

  it.each([[['authorized', 'captured'] as const], [['captured', 'authorized'] as const]])('%j end alike', (types) => {
    const it = payment();
    for (const type of types) reduce(it, 'authorize', event(type));
    expect(it).toMatchObject({ status: 'captured', authorizedAmount: 100, capturedAmount: 100 });
  });

  it('a refund uses up what was set aside for it', () => {
    const it = payment({ authorizedAmount: 100, capturedAmount: 100, refundPending: 30, status: 'captured' });
    reduce(it, 'refund', event('refunded', 30));
    expect(it).toMatchObject({ status: 'partially_refunded', refundedAmount: 30, refundPending: 0 });
    expect(refundable(it)).toBe(70);
  });

  it('a failed refund gives back what was set aside', () => {
    const it = payment({ authorizedAmount: 100, capturedAmount: 100, refundPending: 100, status: 'captured' });
    expect(reduce(it, 'refund', event('refund_failed'))).toEqual(moved({ refundPending: -100 }));
    expect(it).toMatchObject({ status: 'captured', refundPending: 0 });
    expect(refundable(it)).toBe(100);
  });

  it('a decline leaves no money behind and says why', () => {
    const it = payment();
    reduce(it, 'authorize', event('declined', 100, { decline: { code: 'insufficient_funds', retryable: true } }));
    expect(it).toMatchObject({
      status: 'declined',
      authorizedAmount: 0,
      decline: { code: 'insufficient_funds', retryable: true },
    });
  });

  it('a late decline does not undo a capture', () => {
    const it = payment();
    reduce(it, 'authorize', event('captured'));
    reduce(it, 'authorize', event('declined'));
    expect(it.status).toBe('captured');
  });

  it('captures in parts, and voiding the rest leaves it captured', () => {
    const it = payment();
    reduce(it, 'authorize', event('authorized'));
    expect(it.status).toBe('authorized');
    it.capturePending = 30;
    expect(reduce(it, 'capture', event('captured', 30))).toEqual(moved({ captured: 30, capturePending: -30 }));
    expect(it).toMatchObject({ status: 'partially_captured', capturedAmount: 30, capturePending: 0 });
    expect(capturable(it)).toBe(70);
    it.voidPending = 70;
    expect(reduce(it, 'void', event('voided', 70))).toEqual(moved({ authorized: -70, voidPending: -70 }));
    expect(it).toMatchObject({ status: 'captured', voidedAmount: 70, voidPending: 0 });
    expect(capturable(it)).toBe(0);
  });

  it('voiding all of it cancels it', () => {
    const it = payment({ authorizedAmount: 100, voidPending: 100, status: 'authorized' });
    reduce(it, 'void', event('voided'));
    expect(it).toMatchObject({ status: 'cancelled', voidedAmount: 100 });
  });

  it.each([
    ['capture', 'capture_failed', 'capturePending'],
    ['void', 'void_failed', 'voidPending'],
  ] as const)('a failed %s gives back what was set aside', (kind, type, pending) => {
    const it = payment({ authorizedAmount: 100, [pending]: 100, status: 'authorized' });
    expect(reduce(it, kind, event(type))).toEqual(moved({ [pending]: -100 }));
    expect(it.status).toBe('authorized');
    expect(capturable(it)).toBe(100);
  });
});
