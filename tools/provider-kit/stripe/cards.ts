import type { Behaviour } from './behaviour.js';
import { vouchers } from './vouchers.js';

const refused = 'Your card was declined.';

/** Payment methods for testing (https://docs.stripe.com/testing), and what Stripe answers to them. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  pm_card_visa: { kind: 'approve' },
  pm_card_mastercard: { kind: 'approve' },
  pm_card_chargeDeclined: { kind: 'decline', code: 'card_declined', declineCode: 'generic_decline', message: refused },
  pm_card_chargeDeclinedInsufficientFunds: {
    kind: 'decline',
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
  },
  pm_card_chargeDeclinedLostCard: {
    kind: 'decline',
    code: 'card_declined',
    declineCode: 'lost_card',
    message: refused,
  },
  pm_card_chargeDeclinedExpiredCard: { kind: 'decline', code: 'expired_card', message: 'Your card has expired.' },
  pm_card_chargeDeclinedProcessingError: {
    kind: 'decline',
    code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
    advice: 'try_again_later',
  },
  pm_card_authenticationRequired: { kind: 'authenticate' },
  pm_card_threeDSecure2Required: { kind: 'authenticate' },
  pm_usBankAccount_success: { kind: 'process' },
  pm_card_createDispute: { kind: 'dispute' },
  ...vouchers,
};
