import type { RefundedLine } from '../../orders/index.js';
import type { AttemptId, OrderId, PaymentId, RefundId, UserId } from '../../shared/ids.js';

/** The provider's name for payments with store credit, which call no provider. */
export const STORE_CREDIT = 'store_credit';

export type PaymentStatus =
  | 'processing'
  | 'requires_action'
  | 'authorized'
  | 'partially_captured'
  | 'captured'
  | 'partially_refunded'
  | 'refunded'
  | 'cancelled'
  | 'declined'
  | 'failed';

/** The decline code of a payment that failed because its provider had no record of it; not a decline by a bank. */
export const NO_ANSWER = 'no_answer';

/** The decline code of a payment that failed because its provider refuses the credentials of this installation. */
export const PROVIDER_UNAVAILABLE = 'provider_unavailable';

/** The decline code of a payment that Till cancelled while it waited for its shopper, because it was no longer needed. */
export const NOT_NEEDED = 'not_needed';

/** The reason of a decline, and whether another try may succeed. */
export interface Decline {
  readonly code: string;
  readonly retryable: boolean;
}

/** A page that the shopper must visit, such as their bank's page for 3-D Secure. */
interface Redirect {
  readonly type: 'redirect';
  readonly url: string;
}

/** Instructions that the shopper must see to pay elsewhere: a voucher for a shop's till, or an account to send money to. */
export interface Display {
  readonly type: 'display';
  /** The method, such as `konbini` or `bank_transfer`. */
  readonly method: string;
  /** A page with the instructions; null if there is none. */
  readonly url: string | null;
  /** Until when the shopper can pay, in ISO 8601; null without an end. */
  readonly expiresAt: string | null;
  /** What to show where there is no page: names and texts, such as the number of a voucher. */
  readonly details: Readonly<Record<string, string>>;
}

/** What the shopper must do next. */
export type NextAction = Redirect | Display;

/** The instructions for a payment. They never change, and the provider gets all of them. */
export interface PaymentInstructions {
  readonly provider: string;
  readonly paymentMethod: string;
  /** Whether the money is captured immediately, or only held until a capture. */
  readonly capture: 'automatic' | 'manual';
  /** The text on the shopper's statement; if null, the provider decides. */
  readonly statementDescriptor: string | null;
}

/** An intent to pay (a part of) an order. Amounts are minor units of `currency`. */
export interface Payment extends PaymentInstructions {
  readonly id: PaymentId;
  readonly orderId: OrderId;
  readonly customerId: UserId;
  readonly currency: string;
  readonly amount: number;
  readonly status: PaymentStatus;
  readonly authorizedAmount: number;
  readonly capturedAmount: number;
  /** Captures in progress: set aside from the authorised amount. */
  readonly capturePending: number;
  /** Authorised, and voided without being captured. */
  readonly voidedAmount: number;
  readonly voidPending: number;
  readonly refundedAmount: number;
  /** Refunds in progress: set aside from the captured amount, so that concurrent refunds can't return more. */
  readonly refundPending: number;
  /** Captured, and in dispute or lost in one; can't be refunded. */
  readonly disputedAmount: number;
  readonly decline: Decline | null;
  /** The provider's name for the payment, once it is known. */
  readonly reference: string | null;
  /** The next step of the shopper, if the payment needs one. */
  readonly nextAction: NextAction | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Instructions in a request: nullable fields may be absent. */
export type RequestedInstructions = {
  readonly [K in keyof PaymentInstructions as null extends PaymentInstructions[K] ? never : K]: PaymentInstructions[K];
} & {
  readonly [K in keyof PaymentInstructions as null extends PaymentInstructions[K] ? K : never]?:
    PaymentInstructions[K] | undefined;
};

type NewPayment = RequestedInstructions &
  Pick<Payment, 'id' | 'orderId' | 'customerId' | 'currency' | 'amount' | 'createdAt'>;

/** Makes a new payment, before any money moves. */
export function newPayment(given: NewPayment): Payment {
  return {
    ...given,
    statementDescriptor: given.statementDescriptor ?? null,
    status: 'processing',
    authorizedAmount: 0,
    capturedAmount: 0,
    capturePending: 0,
    voidedAmount: 0,
    voidPending: 0,
    refundedAmount: 0,
    refundPending: 0,
    disputedAmount: 0,
    decline: null,
    reference: null,
    nextAction: null,
    version: 1,
    updatedAt: given.createdAt,
  };
}

export type AttemptKind = 'authorize' | 'capture' | 'void' | 'refund';
/** The states of an attempt. The first five are open: the resolver checks them again. A refund has `failed` if its money came back. */
export type AttemptState =
  'started' | 'pending' | 'requires_action' | 'not_sent' | 'unknown' | 'succeeded' | 'declined' | 'failed';

/** One operation at a provider. Its id is the provider's idempotency key, so it is safe to send again. */
export interface Attempt {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly refundId: RefundId | null;
  readonly kind: AttemptKind;
  readonly amount: number;
  readonly state: AttemptState;
  /** How many times it was sent, always with its own id, and how many times the provider was asked about it. */
  readonly sends: number;
  readonly checks: number;
}

/** Whether the outcome is open. */
export function isOpen({ state }: Attempt): boolean {
  return !['succeeded', 'declined', 'failed'].includes(state);
}

/** Whether the provider refused it, or Till gave it up because it never reached the provider. */
export function isRefused({ state }: Pick<Attempt, 'state'>): boolean {
  return state === 'declined' || state === 'failed';
}

/**
 * `pending`: in progress, or refused and to be tried again by Till. `failed`: refused, and left to people. `cancelled`: no longer
 * needed, because the money was returned in another way.
 */
export const refundStatuses = ['pending', 'succeeded', 'failed', 'cancelled'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/** What a refund returns of lines; null for a refund of an amount. */
export type RefundedLines = readonly RefundedLine[] | null;

export interface Refund {
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly amount: number;
  readonly currency: string;
  readonly lines: RefundedLines;
  readonly reason: string | null;
  readonly status: RefundStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The authorised amount that can still be captured or voided, in minor units. */
export function capturable(payment: Payment): number {
  const { authorizedAmount, capturedAmount, capturePending, voidedAmount, voidPending } = payment;
  return authorizedAmount - capturedAmount - capturePending - voidedAmount - voidPending;
}

/** The amount of a payment that can still be refunded, in minor units. */
export function refundable({ capturedAmount, refundedAmount, refundPending, disputedAmount }: Payment): number {
  return capturedAmount - refundedAmount - refundPending - disputedAmount;
}

const pending = { capture: 'capturePending', void: 'voidPending', refund: 'refundPending' } as const;

/** Sets the amount of an operation aside, as at its start. An authorization sets nothing aside. */
export function withPending<P extends Payment>(payment: P, { kind, amount }: Pick<Attempt, 'kind' | 'amount'>): P {
  return kind === 'authorize' ? payment : { ...payment, [pending[kind]]: payment[pending[kind]] + amount };
}
