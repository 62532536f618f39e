import type { Decline } from '../../domain/payment.js';

/** What Stripe says of a refusal, in an error or in a payment intent's `last_payment_error`. */
export interface StripeRefusal {
  readonly code?: string | null | undefined;
  readonly decline_code?: string | null | undefined;
  readonly advice_code?: string | null | undefined;
}

/**
 * Refusals after which the same card may work, at once or later (https://docs.stripe.com/declines/codes: "try again",
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

/** The bank's reason where it gives one; what the card network advises goes before our own list. */
export function declineOf({ code, decline_code: reason, advice_code: advice }: StripeRefusal): Decline {
  const known = reason ?? code ?? 'declined';
  // Nobody but the merchant is to know that a card was reported; Stripe asks to show these as a plain refusal.
  const told = ['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'restricted_card', 'stolen_card'];
  return {
    code: told.includes(known) || known === 'generic_decline' ? 'card_declined' : known,
    retryable: advice ? advice === 'try_again_later' : retryable.has(known),
  };
}
