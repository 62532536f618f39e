import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { AttemptKind } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';

/** What a provider is asked to do. `id` is the idempotency key: the same one never moves money twice. */
export interface ProviderAttempt {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly kind: AttemptKind;
  /** Of an authorization: whether the money is captured in the same step. */
  readonly capture: 'automatic' | 'manual';
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/**
 * What became of an operation. `pending`: accepted, decided later. `not_sent`: it surely did not happen, so it may be
 * sent again. `unknown`: it may have happened (a time-out, an answer that says nothing), so it must be asked after
 * before anything else; it is never reported as failed.
 */
export type Outcome =
  | { readonly state: 'settled'; readonly events: readonly ProviderEvent[] }
  | { readonly state: 'pending' | 'not_sent' | 'unknown' };

/** A payment provider. To add one, implement this and list it in `providers.ts`. */
export interface PaymentProvider {
  readonly name: string;
  /** How long one call may take, in milliseconds; after that `signal` aborts it and its outcome is `unknown`. */
  readonly timeoutMs: number;
  /**
   * Holds money (`authorize`), takes what is held (`capture`), gives that up (`void`) or gives money back (`refund`).
   * Sent again with the same id, it answers what the first one came to.
   */
  send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
  /** What became of an operation that was sent before; `not_sent` when the provider has never heard of it. */
  getStatus(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
}
