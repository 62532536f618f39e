import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { Payment } from '../domain/payment.js';
import type { ProviderNotification } from '../providers/provider.js';

/** What a webhook waits for: a payment that is not known yet, or the next change of one that is. */
export interface WaitsFor {
  readonly reference?: string | null;
  readonly attemptId?: AttemptId | null;
  readonly paymentVersion?: number;
}

/**
 * What became of a notice, or of a webhook. `applied`: it is in the books, now or since before. `ignored`: there is nothing
 * to do about it. `quarantined`: it can't be right, so people must look. `dead`: it waited too long.
 */
export type WebhookResult = { readonly paymentId?: PaymentId } & (
  | { readonly state: 'applied'; readonly reason?: string }
  | { readonly state: 'ignored' | 'quarantined' | 'dead'; readonly reason: string }
  | ({ readonly state: 'waiting'; readonly reason: string } & WaitsFor)
);

const severity = { ignored: 0, applied: 1, waiting: 2, dead: 3, quarantined: 4 } as const;

/** Of a webhook that says several things, the one that needs most care. */
export function mostSevere(one: WebhookResult, other: WebhookResult): WebhookResult {
  return severity[other.state] >= severity[one.state] ? other : one;
}

/** Applied now, or before. */
export const applied: WebhookResult = { state: 'applied' };

/** Nothing can be done until the payment changes. */
export function waitingFor({ version }: Payment, reason: string): WebhookResult {
  return { state: 'waiting', reason, paymentVersion: version };
}

/** Till has no payment that the notification names. It may be on its way. */
export function unknownPayment({ attemptId, reference }: ProviderNotification): WebhookResult {
  if (attemptId === null && reference === null) return { state: 'quarantined', reason: 'it names no payment' };
  return { state: 'waiting', reason: 'Till knows no such payment yet', attemptId, reference };
}
