import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';

/** What a provider is asked to do. `id` is the idempotency key: the same one never moves money twice. */
export interface ProviderAttempt {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string;
}

/**
 * A payment provider. An operation answers what happened as events; it throws when it can't tell, and then the
 * attempt stays `started` and is sent again with the same id.
 */
export interface PaymentProvider {
  readonly name: string;
  /** How long one operation may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Authorises the amount and captures it in the same step. */
  authorizeAndCapture(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
  refund(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
}
