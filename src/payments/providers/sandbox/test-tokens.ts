import type { Decline } from '../../domain/payment.js';
import type { ProviderNotification } from '../provider.js';

/** What the sandbox did with an operation, or is yet to do. */
export type SandboxOutcome = 'succeeded' | 'declined' | 'pending' | 'requires_action' | 'refused' | 'expired';
export type SandboxKind = 'authorize' | 'charge' | 'capture' | 'void' | 'refund';

/** How a `paymentMethod` steers the sandbox; absent members: it answers at once, truly, and sends no webhooks. */
interface Token {
  /** What its first operation comes to at first; `succeeded` when absent. */
  readonly outcome?: SandboxOutcome;
  readonly decline?: Decline;
  /** How a call to open a payment goes wrong; `answer` is lost after the operation was made. */
  readonly fault?: 'request' | 'answer' | 'server_error';
  /** What is told by webhook, besides the answer. */
  readonly webhooks?: 'once' | 'thrice' | 'reversed';
  /** Every capture is disputed, and then the bank decides so. */
  readonly dispute?: 'won' | 'lost';
}

const tokens: Readonly<Record<string, Token>> = {
  pm_ok: {},
  pm_declined: { outcome: 'declined', decline: { code: 'card_declined', retryable: false } },
  pm_insufficient_funds: { outcome: 'declined', decline: { code: 'insufficient_funds', retryable: true } },
  pm_timeout_charged: { fault: 'answer' },
  pm_timeout_dropped: { fault: 'request' },
  pm_error_5xx: { fault: 'server_error' },
  pm_pending: { outcome: 'pending', webhooks: 'once' },
  pm_requires_action: { outcome: 'requires_action', webhooks: 'once' },
  pm_webhook_duplicate: { webhooks: 'thrice' },
  pm_webhook_reordered: { outcome: 'pending', webhooks: 'reversed' },
  pm_dispute: { webhooks: 'once', dispute: 'lost' },
  pm_dispute_won: { webhooks: 'once', dispute: 'won' },
};
/** A token that is none of these names no card. */
const unknownToken: Token = { outcome: 'declined', decline: { code: 'invalid_payment_method', retryable: false } };

export function tokenOf(paymentMethod: string): Token {
  return (Object.hasOwn(tokens, paymentMethod) && tokens[paymentMethod]) || unknownToken;
}

/** Why an operation that opens a payment did not succeed. */
export function declineOf(paymentMethod: string, outcome: SandboxOutcome): Decline {
  if (outcome === 'refused') return { code: 'authentication_refused', retryable: true };
  if (outcome === 'expired') return { code: 'authentication_expired', retryable: true };
  return tokenOf(paymentMethod).decline ?? unknownToken.decline!;
}

/** What an operation that succeeded is called, and one that did not. */
export const eventTypes = {
  authorize: ['authorized', 'declined'],
  charge: ['captured', 'declined'],
  capture: ['captured', 'capture_failed'],
  void: ['voided', 'void_failed'],
  refund: ['refunded', 'refund_failed'],
} as const satisfies Record<SandboxKind, readonly [ProviderNotification['type'], ProviderNotification['type']]>;

/** How long a shopper has for the bank's page, in seconds: longer than an order is reserved without a payment. */
export const SHOPPER_SECONDS = 3600;
