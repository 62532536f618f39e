import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { Payment } from '../domain/payment.js';
import type { ProviderNotice } from '../providers/provider.js';

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
export type Verdict = { readonly paymentId?: PaymentId } & (
  | { readonly state: 'applied'; readonly reason?: string }
  | { readonly state: 'ignored' | 'quarantined' | 'dead'; readonly reason: string }
  | ({ readonly state: 'waiting'; readonly reason: string } & WaitsFor)
);

const gravity = { ignored: 0, applied: 1, waiting: 2, dead: 3, quarantined: 4 } as const;

/** Of a webhook that says several things, the one that needs most care. */
export function graver(one: Verdict, other: Verdict): Verdict {
  return gravity[other.state] >= gravity[one.state] ? other : one;
}

/** Nothing can be done until the payment changes. */
export function waitingFor({ version }: Payment, reason: string): Verdict {
  return { state: 'waiting', reason, paymentVersion: version };
}

/** Till knows nothing of what a notice is about, yet. */
export function unknownTo({ attemptId, reference }: ProviderNotice): Verdict {
  if (attemptId === null && reference === null) return { state: 'quarantined', reason: 'it names no payment' };
  return { state: 'waiting', reason: 'Till knows no such payment yet', attemptId, reference };
}
