import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { Payment } from '../domain/payment.js';
import type { ProviderNotification } from '../providers/provider.js';

/** What a webhook waits for: a payment that Till does not know yet, or the next change of a known one. */
export interface WaitsFor {
  readonly reference?: string | null;
  readonly attemptId?: AttemptId | null;
  readonly paymentVersion?: number;
}

/**
 * The result of a notification or a webhook. `applied`: it is recorded, now or before. `ignored`: there is nothing to do.
 * `quarantined`: it contradicts the payment, so people must check it. `dead`: it waited too long.
 */
export type WebhookResult = { readonly paymentId?: PaymentId } & (
  | { readonly state: 'applied'; readonly reason?: string }
  | { readonly state: 'ignored' | 'quarantined' | 'dead'; readonly reason: string }
  | ({ readonly state: 'waiting'; readonly reason: string } & WaitsFor)
);

const severity = { ignored: 0, applied: 1, waiting: 2, dead: 3, quarantined: 4 } as const;

/** Returns the more severe of two results, for a webhook with several notifications. */
export function mostSevere(one: WebhookResult, other: WebhookResult): WebhookResult {
  return severity[other.state] >= severity[one.state] ? other : one;
}

/** Applied now, or before. */
export const applied: WebhookResult = { state: 'applied' };

/** The notification waits for the next change of the payment. */
export function waitingFor({ version }: Payment, reason: string): WebhookResult {
  return { state: 'waiting', reason, paymentVersion: version };
}

/** Another system on the same account made the payment that the notification names. */
export const foreignPayment: WebhookResult = { state: 'ignored', reason: 'another system made this payment' };

/** Till has no payment that the notification names. The payment may not be committed yet. */
export function unknownPayment({ attemptId, reference }: ProviderNotification): WebhookResult {
  if (attemptId === null && reference === null) return { state: 'quarantined', reason: 'it names no payment' };
  return { state: 'waiting', reason: 'Till knows no such payment yet', attemptId, reference };
}
