import type { Decline } from '../../domain/payment.js';

/** The reason of a decline, in an error or in a payment intent's `last_payment_error`. */
export interface StripeRefusal {
  readonly code?: string | null | undefined;
  readonly decline_code?: string | null | undefined;
  readonly advice_code?: string | null | undefined;
}

/**
 * Declines after which the same card may work, now or later (https://docs.stripe.com/declines/codes: "try again",
 * "later", "contact their issuer" with funds or limits as the cause).
 */
const retryable = new Set([
  'approve_with_id',
  'authentication_required',
  'card_velocity_exceeded',
  'insufficient_funds',
  'issuer_not_available',
  'payment_intent_authentication_failure',
  'processing_error',
  'reenter_transaction',
  'try_again_later',
  'withdrawal_count_limit_exceeded',
]);

/** Returns the bank's reason if there is one. The card network's advice takes precedence over our own list. */
export function declineOf({ code, decline_code: reason, advice_code: advice }: StripeRefusal): Decline {
  const known = reason ?? code ?? 'declined';
  // Only the merchant may know that a card was reported; Stripe asks to show these as a generic decline.
  const told = ['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'restricted_card', 'stolen_card'];
  return {
    code: told.includes(known) || known === 'generic_decline' ? 'card_declined' : known,
    retryable: advice ? advice === 'try_again_later' : retryable.has(known),
  };
}
