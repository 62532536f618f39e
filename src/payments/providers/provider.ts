import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { DisputeNotificationType } from '../domain/dispute-decision.js';
import type { AttemptKind, PaymentInstructions } from '../domain/payment.js';
import type { ProviderEvent, ProviderEventType } from '../domain/payment-reducer.js';

/** What a provider is asked to do. `id` is the idempotency key: the same one never moves money twice. */
export interface ProviderAttempt extends Omit<PaymentInstructions, 'provider'> {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly kind: AttemptKind;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** What the provider calls the payment, once an answer has said so; what follows an authorization needs it. */
  readonly reference: string | null;
}

/**
 * What became of an operation. `requires_action`: the shopper must go to `url` first. `pending`: accepted, decided later.
 * `not_sent`: it surely did not happen, so it may be sent again. `unknown`: it may have happened (a time-out, an answer
 * that says nothing), so it must be asked after before anything else; it is never reported as failed.
 * `reference` is what the provider calls the payment from now on.
 */
export type Outcome = { readonly reference?: string } & (
  | { readonly state: 'completed'; readonly events: readonly ProviderEvent[] }
  | { readonly state: 'requires_action'; readonly url: string }
  | { readonly state: 'pending' | 'not_sent' | 'unknown' }
);

/**
 * Something that happened at the provider, told by a webhook. `attemptId` is null when no operation of ours caused it (a
 * refund made in the provider's own back office, a dispute, an expiry): then `reference` says which payment it is about.
 */
export type ProviderNotification = OperationNotification | DisputeNotification;
export type OperationNotification = NotificationOf<ProviderEventType>;
export type DisputeNotification = NotificationOf<DisputeNotificationType>;

type NotificationOf<Type> = Omit<ProviderEvent, 'attemptId' | 'type'> & {
  readonly type: Type;
  readonly attemptId: AttemptId | null;
  readonly reference: string | null;
  /** What the provider calls the dispute, of a notice about one. */
  readonly dispute?: string;
};

export function isDispute(notification: ProviderNotification): notification is DisputeNotification {
  return ['dispute_opened', 'dispute_won', 'dispute_lost'].includes(notification.type);
}

/** What one webhook says. The inbox takes one `id` once; each notice has the id that an answer or a poll gives it too. */
export interface WebhookMessage {
  readonly id: string;
  /** The provider's own name for it, for people to read. */
  readonly type: string;
  /** Empty when it is about nothing that Till keeps. */
  readonly notifications: readonly ProviderNotification[];
}

/** HTTP header fields by lower-case name. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** How a provider's webhooks are told from forgeries, and read. */
export interface ProviderWebhooks {
  /**
   * Checks the signature over the raw bytes against every secret in use, and its age (300 s at most from `now`).
   * @throws WebhookRefused
   */
  verify(raw: Buffer, headers: WebhookHeaders, now: Date): void;
  /** Reads a body that was verified. @throws WebhookUnreadable */
  parse(raw: Buffer): WebhookMessage;
}

/** One movement of a provider's statement: what it has settled with us. Amounts are minor units and not negative. */
export interface SettlementLine {
  /** The provider's own id of the line. */
  readonly id: string;
  readonly kind: 'capture' | 'refund' | 'dispute' | 'dispute_reversal' | 'fee' | 'payout';
  /** Our operation, where the provider knows it. */
  readonly attemptId: AttemptId | null;
  /** What the provider calls the payment, where the line is about one. */
  readonly reference: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
}

export interface Capabilities {
  /** How many captures an authorization takes. */
  readonly captures: 'one' | 'many';
  /** Whether a refund may be a part of what was captured. */
  readonly partialRefunds: boolean;
  /** Whether a void may be a part of what is held. */
  readonly partialVoids: boolean;
  /** Whether it takes what the shopper's statement calls a payment. */
  readonly statementDescriptors: boolean;
  /** Days that an authorization holds. */
  readonly authorizationDays: number;
  /** Seconds that the shopper may take to act, and that an outcome may stay open otherwise; as long their order keeps its stock. */
  readonly openOutcomeSeconds: Readonly<Record<'requires_action' | 'pending', number>>;
}

/** A payment provider. To add one, implement this and list it in `provider-registry.ts`; `npm run provider:verify` tries it. */
export interface PaymentProvider {
  readonly name: string;
  /** How long one call may take, in milliseconds; after that `signal` aborts it and its outcome is `unknown`. */
  readonly timeoutMs: number;
  readonly capabilities: Capabilities;
  /** Absent when the provider never calls back; then only answers and polls tell what happened. */
  readonly webhooks?: ProviderWebhooks;
  /**
   * Holds money (`authorize`), takes what is held (`capture`), gives that up (`void`) or gives money back (`refund`).
   * Sent again with the same id, it answers what the first one came to.
   */
  send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
  /** What became of an operation that was sent before; `not_sent` when the provider has never heard of it. */
  getStatus(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
  /** What the provider settled from `from` (inclusive) to `to` (exclusive); absent when it has no such statement. */
  listSettlements?(range: { readonly from: Date; readonly to: Date }, signal: AbortSignal): Promise<SettlementLine[]>;
}
