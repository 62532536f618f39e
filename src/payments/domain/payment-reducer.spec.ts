import { describe, expect, it } from 'vitest';
import { paymentWith as payment } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import { type AttemptKind, capturable, type Payment, refundable, withPending } from './payment.js';
import { type ProviderEvent, reduce, withoutNeed } from './payment-reducer.js';

const event = (type: ProviderEvent['type'], amount = 100, more: Partial<ProviderEvent> = {}): ProviderEvent =>
  frozen({
    providerEventId: `${type}-${amount}`,
    attemptId: newId<'att'>(),
    type,
    amount,
    currency: 'EUR',
    occurredAt: new Date(0),
    ...more,
  });
const open = (kind: AttemptKind) => ({ kind, state: 'started' }) as const;
const nothing = { authorized: 0, captured: 0, refunded: 0, capturePending: 0, voidPending: 0, refundPending: 0 };
const moved = (amounts: Partial<typeof nothing>) => ({ ...nothing, ...amounts });

/** The payment after these events of one kind of operation. */
const after = (before: Payment, kind: AttemptKind, ...events: readonly ProviderEvent[]): Payment =>
  events.reduce((given, one) => frozen(reduce(given, open(kind), one).payment), before);

describe('reduce', () => {
  it('a capture shows that as much was authorised', () => {
    const reduced = reduce(payment(), open('authorize'), event('captured'));
    expect(reduced.moved).toEqual(moved({ authorized: 100, captured: 100 }));
    expect(reduced.payment).toMatchObject({ status: 'captured', authorizedAmount: 100, capturedAmount: 100 });
  });

  it.each([[['authorized', 'captured'] as const], [['captured', 'authorized'] as const]])('%j end alike', (types) => {
    const ended = after(payment(), 'authorize', ...types.map((type) => event(type)));
    expect(ended).toMatchObject({ status: 'captured', authorizedAmount: 100, capturedAmount: 100 });
  });

  it('a refund uses up what was set aside for it', () => {
    const before = payment({ authorizedAmount: 100, capturedAmount: 100, refundPending: 30, status: 'captured' });
    const refunded = after(before, 'refund', event('refunded', 30));
    expect(refunded).toMatchObject({ status: 'partially_refunded', refundedAmount: 30, refundPending: 0 });
    expect(refundable(refunded)).toBe(70);
  });

  it('a failed refund gives back what was set aside', () => {
    const before = payment({ authorizedAmount: 100, capturedAmount: 100, refundPending: 100, status: 'captured' });
    const reduced = reduce(before, open('refund'), event('refund_failed'));
    expect(reduced.moved).toEqual(moved({ refundPending: -100 }));
    expect(reduced.payment).toMatchObject({ status: 'captured', refundPending: 0 });
    expect(refundable(reduced.payment)).toBe(100);
  });

  it('a refund whose money came back can be made again', () => {
    const before = payment({ authorizedAmount: 100, capturedAmount: 100, refundedAmount: 100, status: 'refunded' });
    const reduced = reduce(before, { kind: 'refund', state: 'succeeded' }, event('refund_reversed', 30));
    expect(reduced.moved).toEqual(moved({ refunded: -30 }));
    expect(reduced.payment).toMatchObject({ status: 'partially_refunded', refundedAmount: 70, refundPending: 0 });
    expect(refundable(reduced.payment)).toBe(30);
  });

  it('a refund in progress whose money came back gives back what was set aside', () => {
    const before = payment({ authorizedAmount: 100, capturedAmount: 100, refundPending: 100, status: 'captured' });
    const reduced = reduce(before, open('refund'), event('refund_reversed'));
    expect(reduced.moved).toEqual(moved({ refundPending: -100 }));
  });

  it('a decline leaves no money behind and says why', () => {
    const decline = { code: 'insufficient_funds', retryable: true };
    expect(after(payment(), 'authorize', event('declined', 100, { decline }))).toMatchObject({
      status: 'declined',
      authorizedAmount: 0,
      decline,
    });
  });

  it('a late decline does not undo a capture', () => {
    expect(after(payment(), 'authorize', event('captured'), event('declined')).status).toBe('captured');
  });

  it('captures in parts, and voiding the rest leaves it captured', () => {
    const authorized = after(payment(), 'authorize', event('authorized'));
    expect(authorized.status).toBe('authorized');
    const first = reduce(
      frozen(withPending(authorized, { kind: 'capture', amount: 30 })),
      open('capture'),
      event('captured', 30),
    );
    expect(first.moved).toEqual(moved({ captured: 30, capturePending: -30 }));
    expect(first.payment).toMatchObject({ status: 'partially_captured', capturedAmount: 30, capturePending: 0 });
    expect(capturable(first.payment)).toBe(70);
    const rest = reduce(
      frozen(withPending(first.payment, { kind: 'void', amount: 70 })),
      open('void'),
      event('voided', 70),
    );
    expect(rest.moved).toEqual(moved({ authorized: -70, voidPending: -70 }));
    expect(rest.payment).toMatchObject({ status: 'captured', voidedAmount: 70, voidPending: 0 });
    expect(capturable(rest.payment)).toBe(0);
  });

  it('voiding all of it cancels it', () => {
    const before = payment({ authorizedAmount: 100, voidPending: 100, status: 'authorized' });
    expect(after(before, 'void', event('voided'))).toMatchObject({ status: 'cancelled', voidedAmount: 100 });
  });

  it.each([
    ['capture', 'capture_failed', 'capturePending'],
    ['void', 'void_failed', 'voidPending'],
  ] as const)('a failed %s gives back what was set aside', (kind, type, pending) => {
    const reduced = reduce(
      payment({ authorizedAmount: 100, [pending]: 100, status: 'authorized' }),
      open(kind),
      event(type),
    );
    expect(reduced.moved).toEqual(moved({ [pending]: -100 }));
    expect(reduced.payment.status).toBe('authorized');
    expect(capturable(reduced.payment)).toBe(100);
  });

  it('a payment that nobody needs is cancelled, until money shows that its shopper paid', () => {
    const waiting = payment({ status: 'requires_action', nextAction: { type: 'redirect', url: 'https://bank.test' } });
    const cancelled = frozen(withoutNeed(waiting));
    expect(cancelled).toMatchObject({ status: 'cancelled', nextAction: null });
    expect(after(cancelled, 'authorize', event('captured'))).toMatchObject({ status: 'captured', decline: null });
    const decline = { code: 'cancelled', retryable: true };
    const confirmed = after(cancelled, 'authorize', event('declined', 100, { decline }));
    expect(confirmed).toMatchObject({ status: 'cancelled', decline: { code: 'not_needed' } });
  });
});
