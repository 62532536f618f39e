import type { AttemptId, PaymentId } from '../../shared/ids.js';
import type { DisputeNotificationType } from '../domain/dispute-decision.js';
import type { AttemptKind, Display, PaymentInstructions } from '../domain/payment.js';
import type { SettlementKind } from '../domain/statement-kinds.js';
import type { ProviderEvent, ProviderEventType } from '../domain/payment-reducer.js';

/** An operation for a provider. `id` is the idempotency key: the same id never moves money twice. */
export interface ProviderAttempt extends Omit<PaymentInstructions, 'provider'> {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly kind: AttemptKind;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** The provider's reference of the payment, once it is known. Operations after an authorization need it. */
  readonly reference: string | null;
}

/**
 * The outcome of an operation. `requires_action`: the shopper must visit `url` first, or see `display`. `pending`: accepted, decided later. `not_sent`:
 * it certainly did not happen, so it may be sent again. `unknown`: it may have happened (a time-out, an unclear response), so Till
 * asks the provider before anything else, and never reports it as failed. `reference` is the provider's reference of the payment.
 */
export type Outcome = { readonly reference?: string } & (
  | { readonly state: 'completed'; readonly events: readonly ProviderEvent[] }
  | { readonly state: 'requires_action'; readonly url: string; readonly display?: never }
  | { readonly state: 'requires_action'; readonly display: Display; readonly url?: never }
  | { readonly state: 'pending' }
  | {
      readonly state: 'not_sent' | 'unknown';
      /** The provider refuses the credentials of this installation, such as a revoked key, so no call of any kind works. */
      readonly trouble?: 'credentials_refused';
    }
);

/**
 * Something that happened at the provider, reported by a webhook. `attemptId` is null if no attempt of Till caused it (a refund made
 * in the provider's back office, a dispute, an expiry); then `reference` names the payment.
 */
export type ProviderNotification = OperationNotification | DisputeNotification;
export type OperationNotification = NotificationOf<ProviderEventType>;
export type DisputeNotification = NotificationOf<DisputeNotificationType>;

type NotificationOf<Type> = Omit<ProviderEvent, 'attemptId' | 'type'> & {
  readonly type: Type;
  readonly attemptId: AttemptId | null;
  readonly reference: string | null;
  /** The provider's reference of the dispute, if it is about one. */
  readonly dispute?: string;
  /** The id of the event that this one undoes. It finds the attempt of an operation that was made at the provider. */
  readonly undoes?: string;
};

export function isDispute(notification: ProviderNotification): notification is DisputeNotification {
  return ['dispute_opened', 'dispute_won', 'dispute_lost'].includes(notification.type);
}

/** The content of a webhook. Till stores each `id` once. A notification has the same event id as a response or a poll. */
export interface WebhookMessage {
  readonly id: string;
  /** The provider's name for the type, for people to read. */
  readonly type: string;
  /** Empty if it is about nothing that Till stores, if the provider must be asked first, or if Till does not read it. */
  readonly notifications: readonly ProviderNotification[];
  /** The object that the provider must be asked about, because the webhook lacks a part of it, such as in an older version. */
  readonly toAsk?: { readonly kind: string; readonly id: string; readonly occurredAt: Date };
  /** Why Till does not read it although it may be about money, such as a version that is not supported. It goes to people. */
  readonly unsupported?: string;
}

/** HTTP header fields by lower-case name. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** Verifies and reads a provider's webhooks. */
export interface ProviderWebhooks {
  /**
   * Checks the signature over the raw bytes with every configured secret, and its age (at most 300 s from `now`).
   * @throws WebhookRefused
   */
  verify(raw: Buffer, headers: WebhookHeaders, now: Date): void;
  /** Reads a verified body. @throws WebhookUnreadable */
  parse(raw: Buffer): WebhookMessage;
  /** Asks the provider about the object `toAsk` of a message. Throws if it can't be asked. Absent if webhooks are always complete. */
  ask?(toAsk: NonNullable<WebhookMessage['toAsk']>, signal: AbortSignal): Promise<readonly ProviderNotification[]>;
}

/** A line of a provider's statement: one settled movement. Amounts are minor units and not negative; the kind has the direction. */
export interface SettlementLine {
  /** The provider's id of the line. Lines of a conversion have the id of their movement, with `:out` and `:in`. */
  readonly id: string;
  /** `other_credit` or `other_debit` for what is none of the kinds. */
  readonly kind: SettlementKind;
  /** The provider's name of the kind. */
  readonly type: string;
  /** The attempt of Till, if the provider knows it. */
  readonly attemptId: AttemptId | null;
  /** The provider's reference of the payment, if the line is about one. */
  readonly reference: string | null;
  /** Whether Till made the payment, if the provider can tell; others may use the account too. */
  readonly isOurs?: boolean;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
  /** Of a conversion: what one unit that leaves is worth in the other currency. */
  readonly rate?: number;
}

/** A provider's statement: every movement in a range, and what all of them add to its debt to us, as it says itself. */
export interface Statement {
  readonly lines: readonly SettlementLine[];
  /** Minor units by currency; a currency without a total has 0. */
  readonly totals: ReadonlyMap<string, number>;
}

export interface Capabilities {
  /** How many captures an authorization takes. */
  readonly captures: 'one' | 'many';
  /** Whether partial refunds are possible. */
  readonly partialRefunds: boolean;
  /** Whether partial voids are possible. */
  readonly partialVoids: boolean;
  /** Whether it accepts a text for the shopper's statement. */
  readonly statementDescriptors: boolean;
  /** How many days an authorization lasts. */
  readonly authorizationDays: number;
  /** How many seconds an outcome may stay open, with and without an action of the shopper. The order keeps its stock for that time. */
  readonly openOutcomeSeconds: Readonly<Record<'requires_action' | 'pending', number>>;
}

/** A payment provider. To add one, implement this and list it in `provider-registry.ts`; `npm run provider:verify` tests it. */
export interface PaymentProvider {
  readonly name: string;
  /** How long a call may take, in milliseconds. After that, `signal` aborts it and its outcome is `unknown`. */
  readonly timeoutMs: number;
  readonly capabilities: Capabilities;
  /** Absent if the provider sends no webhooks; then only responses and polls report outcomes. */
  readonly webhooks?: ProviderWebhooks;
  /**
   * Holds money (`authorize`), takes held money (`capture`), releases it (`void`) or returns captured money (`refund`). A repeat with
   * the same id returns the outcome of the first call.
   */
  send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
  /** Returns the outcome of an operation that was sent before; `not_sent` if the provider has no record of it. */
  getStatus(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
  /**
   * Cancels an authorization that waits for its shopper, such as a voucher, because nobody needs it any more. Returns its outcome: the shopper may have
   * paid meanwhile. Safe to repeat. Absent if the provider can't; then what the shopper pays is returned.
   */
  cancelWaiting?(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome>;
  /** Whether Till made the payment with this reference; absent if nobody else can use the account. Throws errors of the provider. */
  isOurs?(reference: string, signal: AbortSignal): Promise<boolean>;
  /** Returns the movements settled from `from` (inclusive) to `to` (exclusive); absent if the provider has no statement. */
  listSettlements?(range: { readonly from: Date; readonly to: Date }, signal: AbortSignal): Promise<Statement>;
}
