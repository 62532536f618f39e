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
  /** Holds the amount on the shopper's account, to be captured or voided later. */
  authorize(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
  /** Authorises the amount and captures it in the same step. */
  authorizeAndCapture(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
  /** Takes (a part of) what is authorised. */
  capture(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
  /** Gives up what is authorised and not captured. */
  void(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
  /** Gives back (a part of) what was captured. */
  refund(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]>;
}
