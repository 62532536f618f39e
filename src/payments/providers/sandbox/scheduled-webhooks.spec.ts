import { describe, expect, it } from 'vitest';
import { type SandboxOperation, webhooksFor } from './scheduled-webhooks.js';

const operation = (paymentMethod: string, over: Partial<SandboxOperation> = {}): SandboxOperation => ({
  id: 'a',
  paymentId: 'p',
  kind: 'charge',
  amount: 100,
  currency: 'EUR',
  paymentMethod,
  outcome: 'succeeded',
  ...over,
});
const told = (...of: Parameters<typeof operation>) => webhooksFor(operation(...of)).map(({ type }) => type);

describe('what the sandbox tells by webhook', () => {
  it.each(['pm_ok', 'pm_declined', 'pm_timeout_charged', '__proto__'])('nothing of %s', (token) =>
    expect(told(token)).toEqual([]),
  );

  it('a delayed payment once it has its money', () => {
    expect(webhooksFor(operation('pm_pending', { outcome: 'pending' }))).toEqual([
      { type: 'captured', eventId: 'sbx_a', afterMs: 3000, copies: 1, own: true, decides: true },
    ]);
  });

  it('what the shopper decided, and nothing before', () => {
    expect(told('pm_requires_action', { outcome: 'requires_action' })).toEqual([]);
    expect(told('pm_requires_action', { kind: 'authorize' })).toEqual(['authorized']);
    expect(webhooksFor(operation('pm_requires_action', { outcome: 'refused' }))).toMatchObject([
      { type: 'declined', decline: { code: 'authentication_refused' } },
    ]);
  });

  it('the later of two things first', () => {
    const [first, second] = webhooksFor(operation('pm_webhook_reordered', { outcome: 'pending' }));
    expect([first?.type, second?.type]).toEqual(['captured', 'authorized']);
    expect(second!.afterMs).toBeGreaterThan(first!.afterMs);
  });

  it('that every capture is disputed, and how that ends', () => {
    expect(told('pm_dispute')).toEqual(['captured', 'dispute_opened', 'dispute_lost']);
    expect(told('pm_refund_fails_later', { kind: 'refund' })).toEqual(['refunded', 'refund_reversed']);
    expect(told('pm_dispute_won', { kind: 'capture' })).toEqual(['captured', 'dispute_opened', 'dispute_won']);
    const appealed = webhooksFor(operation('pm_dispute_lost_won_lost')).slice(1);
    expect(appealed.map(({ type, movement }) => [type, movement])).toEqual([
      ['dispute_opened', 'dispute'],
      ['dispute_lost', undefined],
      ['dispute_won', 'dispute_reversal'],
      ['dispute_lost', 'dispute'],
    ]);
    expect(new Set(appealed.map(({ eventId }) => eventId)).size).toBe(4);
    expect(told('pm_dispute', { kind: 'authorize' })).toEqual(['authorized']);
    expect(told('pm_dispute', { kind: 'capture', outcome: 'declined' })).toEqual(['capture_failed']);
  });

  it('the same thing three times', () => expect(webhooksFor(operation('pm_webhook_duplicate'))[0]?.copies).toBe(3));
});
