import type { AttemptId, OrderId, PaymentId, RefundId, UserId } from '../../shared/ids.js';

/** Stands where a provider's name does: the money lies with us, so nobody is called. */
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

/** The code of a payment that failed because its provider could not be reached, as opposed to one that was declined. */
export const NO_ANSWER = 'no_answer';

/** The code of a payment that waited for its shopper when its order was paid otherwise, or ended. */
export const NOT_NEEDED = 'not_needed';

/** Why the provider or the bank said no, and whether another try may succeed. */
export interface Decline {
  readonly code: string;
  readonly retryable: boolean;
}

/** The shopper is to be sent to `url`, such as their bank's page for 3-D Secure. */
export interface NextAction {
  readonly type: 'redirect';
  readonly url: string;
}

/** How a payment is to be made, as long as it lives. The provider is told all of it. */
export interface PaymentInstructions {
  readonly provider: string;
  readonly paymentMethod: string;
  /** Whether the money is taken at once, or only held until it is captured. */
  readonly capture: 'automatic' | 'manual';
  /** What the shopper's statement calls it; the provider decides when null. */
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
  /** Captures under way: reserved out of what was authorised. */
  readonly capturePending: number;
  /** Authorised, and given up without being captured. */
  readonly voidedAmount: number;
  readonly voidPending: number;
  readonly refundedAmount: number;
  /** Refunds under way: reserved out of what was captured, so that two at once can't give back more. */
  readonly refundPending: number;
  /** Captured, and in dispute or lost in one: out of reach of refunds. */
  readonly disputedAmount: number;
  readonly decline: Decline | null;
  /** What the provider calls it, once it has said so. */
  readonly reference: string | null;
  /** What the shopper must do before it goes on. */
  readonly nextAction: NextAction | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Instructions as a request gives them: what may be null may be left out. */
export type RequestedInstructions = {
  readonly [K in keyof PaymentInstructions as null extends PaymentInstructions[K] ? never : K]: PaymentInstructions[K];
} & {
  readonly [K in keyof PaymentInstructions as null extends PaymentInstructions[K] ? K : never]?:
    PaymentInstructions[K] | undefined;
};

type NewPayment = RequestedInstructions &
  Pick<Payment, 'id' | 'orderId' | 'customerId' | 'currency' | 'amount' | 'createdAt'>;

/** A payment that begins: nothing of its amount has moved. */
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
/** What is known of an attempt. The first five are not the end of it: the resolver looks into them again. */
export type AttemptState =
  'started' | 'pending' | 'requires_action' | 'not_sent' | 'unknown' | 'succeeded' | 'declined' | 'failed';

/** One operation at a provider. Its id is the provider's idempotency key, so it may be sent again. */
export interface Attempt {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly refundId: RefundId | null;
  readonly kind: AttemptKind;
  readonly amount: number;
  readonly state: AttemptState;
  /** How often it was sent, always under its own id, and how often it was asked after. */
  readonly sends: number;
  readonly checks: number;
}

/** Whether the outcome is still to come. */
export function isOpen({ state }: Attempt): boolean {
  return !['succeeded', 'declined', 'failed'].includes(state);
}

/**
 * `pending`: under way, or refused and to be tried again by Till. `failed`: refused, and left to people. `cancelled`: not needed
 * any more, since the money went back otherwise.
 */
export const refundStatuses = ['pending', 'succeeded', 'failed', 'cancelled'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export interface Refund {
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string | null;
  readonly status: RefundStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is authorised and can still be captured, or voided, in minor units. */
export function capturable(payment: Payment): number {
  const { authorizedAmount, capturedAmount, capturePending, voidedAmount, voidPending } = payment;
  return authorizedAmount - capturedAmount - capturePending - voidedAmount - voidPending;
}

/** What can still be given back of a payment, in minor units. */
export function refundable({ capturedAmount, refundedAmount, refundPending, disputedAmount }: Payment): number {
  return capturedAmount - refundedAmount - refundPending - disputedAmount;
}

const pending = { capture: 'capturePending', void: 'voidPending', refund: 'refundPending' } as const;

/** Sets the amount of an operation aside, as its beginning does; an authorization needs none. */
export function withPending<P extends Payment>(payment: P, { kind, amount }: Pick<Attempt, 'kind' | 'amount'>): P {
  return kind === 'authorize' ? payment : { ...payment, [pending[kind]]: payment[pending[kind]] + amount };
}
