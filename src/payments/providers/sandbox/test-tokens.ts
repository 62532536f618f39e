import type { Decline } from '../../domain/payment.js';
import type { ProviderNotification } from '../provider.js';

/** The state of an operation in the sandbox. */
export type SandboxOutcome = 'succeeded' | 'declined' | 'pending' | 'requires_action' | 'refused' | 'expired';
export type SandboxKind = 'authorize' | 'charge' | 'capture' | 'void' | 'refund';

/** What a bank decides on a dispute; an appeal turns the decision around. */
export type DisputeCourse = 'won' | 'lost' | 'lost_then_won' | 'won_then_lost' | 'lost_won_lost';

/** How a `paymentMethod` controls the sandbox. Without members, the sandbox responds immediately and sends no webhooks. */
interface Token {
  /** The first outcome of the first operation; `succeeded` if absent. */
  readonly outcome?: SandboxOutcome;
  readonly decline?: Decline;
  /** The fault of the first call; with `answer`, the response is lost after the operation was executed. */
  readonly fault?: 'request' | 'answer' | 'server_error';
  /** The webhooks in addition to the response. */
  readonly webhooks?: 'once' | 'thrice' | 'reversed';
  /** Every refund succeeds, and its money comes back later. */
  readonly refundsReturn?: true;
  /** Every capture is disputed, with this decision of the bank. */
  readonly dispute?: DisputeCourse;
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
  pm_refund_fails_later: { webhooks: 'once', refundsReturn: true },
  pm_dispute: { webhooks: 'once', dispute: 'lost' },
  pm_dispute_won: { webhooks: 'once', dispute: 'won' },
  pm_dispute_lost_then_won: { webhooks: 'once', dispute: 'lost_then_won' },
  pm_dispute_won_then_lost: { webhooks: 'once', dispute: 'won_then_lost' },
  pm_dispute_lost_won_lost: { webhooks: 'once', dispute: 'lost_won_lost' },
};
/** Every other token is declined. */
const unknownToken: Token = { outcome: 'declined', decline: { code: 'invalid_payment_method', retryable: false } };

export function tokenOf(paymentMethod: string): Token {
  return (Object.hasOwn(tokens, paymentMethod) && tokens[paymentMethod]) || unknownToken;
}

/** The decline codes of the first operation. */
export function declineOf(paymentMethod: string, outcome: SandboxOutcome): Decline {
  if (outcome === 'refused') return { code: 'authentication_refused', retryable: true };
  if (outcome === 'expired') return { code: 'authentication_expired', retryable: true };
  return tokenOf(paymentMethod).decline ?? unknownToken.decline!;
}

/** The event types of successful and failed operations. */
export const eventTypes = {
  authorize: ['authorized', 'declined'],
  charge: ['captured', 'declined'],
  capture: ['captured', 'capture_failed'],
  void: ['voided', 'void_failed'],
  refund: ['refunded', 'refund_failed'],
} as const satisfies Record<SandboxKind, readonly [ProviderNotification['type'], ProviderNotification['type']]>;

/** How long a shopper has for the bank's page, in seconds: longer than an unpaid order keeps its stock. */
export const SHOPPER_SECONDS = 3600;
