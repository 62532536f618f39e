import type { PaymentId } from '../../src/shared/ids.js';
import type { AttemptKind, Decline } from '../../src/payments/domain/payment.js';
import type { PaymentProvider, WebhookHeaders } from '../../src/payments/providers/provider.js';

/**
 * How a call may go wrong on its way. `unanswered`: the service does it and its answer never comes. `cut`: it does it and
 * the connection breaks before the answer. `lost`: the request never arrives, and nobody says so. `refused`: nothing
 * listens. `server_error`: it says 5xx (or its protocol's like), having done nothing. `garbled`: it does it and answers with an amount
 * that is no number of the protocol, where numbers are text.
 */
export const faults = ['unanswered', 'cut', 'lost', 'refused', 'server_error', 'garbled'] as const;
export type Fault = (typeof faults)[number];

/** A fault that waits for the next call. */
export interface ArmedFault {
  /** What that call is to be paid with; of use where a service is steered by tokens. */
  readonly paymentMethod: string;
  /** Lets the service work again; absent where it never will for this payment. */
  heal?(): Promise<void>;
}

/** A refusal that the service makes when it is asked to charge `paymentMethod`. */
export interface KnownDecline extends Decline {
  readonly paymentMethod: string;
}

/** What to pay with. Where a service has no such thing, the name is absent, and checks of it do not apply. */
export interface PaymentMethods {
  readonly approved: string;
  /** Approved, and told of by webhooks; `approved` when absent. */
  readonly told?: string;
  readonly declines: readonly KnownDecline[];
  /** The shopper must do something first. */
  readonly requiresAction?: string;
  /** Paid elsewhere by what the shopper is shown. */
  readonly voucher?: string;
  /** Needs an action of the shopper that no provider of Till can hand on. */
  readonly notOffered?: string;
  /** Decided later. */
  readonly pending?: string;
  /** Approved, and the money of its refunds comes back; `approved` when absent. */
  readonly refundReturns?: string;
}

/** What the service itself has in its books about one payment, read past the provider interface. Minor units. */
export interface ServiceBooks {
  /** How many authorizations (captured at once or not) it has approved. */
  readonly authorizations: number;
  readonly authorized: number;
  readonly captured: number;
  readonly voided: number;
  readonly refunded: number;
}

/** A webhook as it came over the wire. */
export interface ReceivedWebhook {
  readonly raw: Buffer;
  readonly headers: WebhookHeaders;
}

/** The webhooks that the service sends, and its means to sign. */
export interface WebhookHarness {
  /** All that it has sent about this payment until now, oldest first. */
  about(paymentId: PaymentId): Promise<readonly ReceivedWebhook[]>;
  /** Headers of a body signed at this time: with one of the secrets in use (at least two, `first` and `second`), or another. */
  sign(raw: Buffer, secret: 'first' | 'second' | 'wrong', at: Date): WebhookHeaders;
  /** The same webhook in an older version that the provider supports, and in one that it does not; absent if it has no versions. */
  readonly versions?: Readonly<Record<'older' | 'unsupported', (raw: Buffer) => Buffer>>;
}

/** One provider with a service behind it that nobody else uses. */
export interface ProviderHarness {
  readonly provider: PaymentProvider;
  /** In which the service takes 1000 minor units. */
  readonly currency: string;
  readonly methods: PaymentMethods;
  /** Makes the next call of an operation of this kind go wrong; undefined when the service can't be made to. */
  arm(fault: Fault, kind: AttemptKind): Promise<ArmedFault | undefined>;
  /** What the shopper does at the page of `requires_action`. */
  shopper?(url: string, decision: 'approve' | 'refuse'): Promise<void>;
  /** Revokes the credentials of the provider at the service; returns what makes them valid again. Absent if it has none. */
  revoke?(): Promise<() => Promise<void>>;
  /** Makes the service refuse the next capture of a payment, which it holds money for; absent if it can't be made to. */
  refuseCapture?(paymentId: PaymentId): Promise<void>;
  /** Lets what is `pending` be decided: it succeeds. */
  mature?(paymentId: PaymentId): Promise<void>;
  /** Lets the money of the payment's refunds come back after they succeeded; absent when that never happens. */
  reverseRefunds?(paymentId: PaymentId): Promise<void>;
  /** Puts a movement that nobody has a name for into the statement; absent when the service has no such thing. Minor units. */
  moveUnknown?(): Promise<{ readonly type: string; readonly amount: number; readonly currency: string }>;
  /** Lets the service settle in another currency from now on, or no longer; absent when it never does. */
  settleIn?(currency: { readonly currency: string; readonly rate: number } | undefined): Promise<void>;
  /** Makes a payment as another system on the same account would; returns its reference. */
  payAsAnother?(): Promise<string>;
  books(paymentId: PaymentId): Promise<ServiceBooks>;
  /** What the service has on the shopper's statement for the payment, null where that was left to it; absent when it takes none. */
  statementDescriptor?(paymentId: PaymentId): Promise<string | null>;
  readonly webhooks?: WebhookHarness;
  close(): Promise<void>;
}

/** Brings up a service and the provider that speaks to it, on free ports of 127.0.0.1. */
export type OpenHarness = () => Promise<ProviderHarness>;
