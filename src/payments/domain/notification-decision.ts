import { isAmount } from '../../shared/money.js';
import { applyMoney, type MoneyOfOrder } from '../../orders/index.js';
import {
  type Attempt,
  type AttemptKind,
  capturable,
  isOpen,
  type Payment,
  refundable,
  withPending,
} from './payment.js';
import { movedBetween, type ProviderEventType } from './payment-reducer.js';

/** The content of a notification, without its payment. `amount` is in minor units. */
export interface NotificationContent {
  readonly type: ProviderEventType;
  readonly amount: number;
  readonly currency: string;
}

/** An operation that was made at the provider and is not recorded in Till yet. */
export interface OutOfBandOperation {
  readonly kind: Exclude<AttemptKind, 'authorize'>;
  readonly amount: number;
}

/** What to do about a notification. `why` completes "it was not applied: ...". */
export type Decision =
  /** It is about an attempt of Till; `again` if the attempt was given up, so its amount must be set aside again. */
  | { readonly do: 'apply'; readonly again: boolean }
  | { readonly do: 'begin'; readonly operation: OutOfBandOperation }
  | { readonly do: 'wait' | 'quarantine' | 'ignore'; readonly why: string };

const apply = (again = false): Decision => ({ do: 'apply', again });
const wait = (why: string): Decision => ({ do: 'wait', why });
const quarantine = (why: string): Decision => ({ do: 'quarantine', why });
const ignore = (why: string): Decision => ({ do: 'ignore', why });

const RELEASED = 'what it voids is recorded as voided already';

/** The possible outcomes of each kind of operation. */
const outcomes: Readonly<
  Record<AttemptKind, { good: readonly ProviderEventType[]; bad: readonly ProviderEventType[] }>
> = {
  authorize: { good: ['authorized', 'captured'], bad: ['declined', 'failed'] },
  capture: { good: ['captured'], bad: ['capture_failed'] },
  void: { good: ['voided'], bad: ['void_failed'] },
  refund: { good: ['refunded'], bad: ['refund_failed', 'refund_reversed'] },
};

/**
 * Decides on a notification by what the payment can hold, before anything is written. `attempt` is the attempt that it names, or the
 * first attempt of the payment if it names none (then `own` is false).
 */
export function decide(payment: Payment, attempt: Attempt, own: boolean, content: NotificationContent): Decision {
  const { amount, currency, type } = content;
  if (currency !== payment.currency) return quarantine(`it is in ${currency}, the payment in ${payment.currency}`);
  if (!isAmount(amount) || amount === 0) return quarantine(`${amount} is no amount`);
  if (type === 'expired') return decideExpiry(payment, attempt);
  return own || concernsOpening(payment, content)
    ? decideOutcome(payment, attempt, content)
    : decideOutOfBand(payment, content);
}

/** Without a named attempt: whether it is about the first operation of the payment and not about a new one. */
function concernsOpening({ capture }: Payment, { type }: NotificationContent): boolean {
  if (type === 'captured') return capture === 'automatic';
  return type === 'authorized' || type === 'declined' || type === 'failed';
}

function decideOutcome(payment: Payment, attempt: Attempt, { type, amount }: NotificationContent): Decision {
  const { kind, state } = attempt;
  if (outcomes[kind].bad.includes(type)) return decideFailure(attempt, type, amount);
  if (!outcomes[kind].good.includes(type)) return quarantine(`it says ${type} of an operation to ${kind}`);
  if (amount !== attempt.amount) return quarantine(`it says ${amount}, the operation was for ${attempt.amount}`);
  if (kind === 'authorize') return opens(payment, type, amount) ? apply() : quarantine(beyond(amount));
  if (isOpen(attempt)) return apply();
  if (state === 'succeeded') return quarantine('it says for a second time that the operation succeeded');
  if (kind === 'void' && isReleased(payment, amount)) return ignore(RELEASED);
  if (state === 'failed') return ignore('the money of the refund has come back since');
  return amount <= roomNow(payment, kind) ? apply(true) : quarantine(beyond(amount));
}

function decideFailure(attempt: Attempt, type: ProviderEventType, amount: number): Decision {
  const { kind, state } = attempt;
  if (state === 'succeeded' && kind === 'authorize') return ignore('the operation has succeeded since');
  if (state === 'succeeded' && type !== 'refund_reversed')
    return quarantine('it says that an operation failed which had succeeded');
  if (state !== 'succeeded' && !isOpen(attempt)) return ignore('the operation had failed already');
  if (kind !== 'authorize' && amount !== attempt.amount)
    return quarantine(`it says ${amount}, the operation was for ${attempt.amount}`);
  return apply();
}

function decideOutOfBand(payment: Payment, { type, amount }: NotificationContent): Decision {
  if (type === 'refund_reversed') return wait('the refund is not known yet');
  const kind = (['capture', 'void', 'refund'] as const).find((name) => outcomes[name].good.includes(type));
  if (!kind) return ignore('no operation of ours failed');
  if (kind === 'void' && isReleased(payment, amount)) return ignore(RELEASED);
  if (amount > roomEver(payment, kind)) return quarantine(beyond(amount));
  if (kind === 'void' && payment.voidPending > 0) return wait('another void is under way');
  if (amount > roomNow(payment, kind)) return wait(`the payment can't hold a ${kind} of ${amount} yet`);
  return { do: 'begin', operation: { kind, amount } };
}

/** An expiry voids the amount that is still held, once that amount is certain. */
function decideExpiry(payment: Payment, opening: Attempt): Decision {
  if (payment.capturePending > 0 || payment.voidPending > 0) return wait('an operation is under way');
  if (capturable(payment) > 0) return { do: 'begin', operation: { kind: 'void', amount: capturable(payment) } };
  return isOpen(opening) ? wait('nothing is authorised yet') : ignore('nothing is authorised any more');
}

/** Whether the payment's limits allow this outcome of its first operation. */
function opens(payment: Payment, type: ProviderEventType, amount: number): boolean {
  const { capturedAmount, capturePending, voidedAmount, voidPending } = payment;
  const taken = capturedAmount + capturePending + voidedAmount + voidPending + (type === 'captured' ? amount : 0);
  return Math.max(amount, taken) <= payment.amount;
}

/** Whether nothing is authorised any more, and so much was voided: by another operation, or because Till recorded the expiry by itself. */
function isReleased(payment: Payment, amount: number): boolean {
  return capturable(payment) === 0 && payment.voidPending === 0 && amount <= payment.voidedAmount;
}

function roomNow(payment: Payment, kind: OutOfBandOperation['kind']): number {
  return kind === 'refund' ? refundable(payment) : capturable(payment);
}

/** The amount that would fit if all open operations succeeded. */
function roomEver(payment: Payment, kind: AttemptKind): number {
  const { amount, capturedAmount, voidedAmount, refundedAmount, disputedAmount } = payment;
  return amount - voidedAmount - (kind === 'refund' ? refundedAmount + disputedAmount : capturedAmount);
}

const beyond = (amount: number): string => `${amount} is more than the payment can hold`;

/** An order and one of its payments. */
interface OrderAndPayment<O, P> {
  readonly order: O;
  readonly payment: P;
}

/** Sets the amount of an operation aside in the payment and its order, as at its start. An authorization sets nothing aside. */
export function setAside<O extends MoneyOfOrder, P extends Payment>(
  { order, payment: before }: OrderAndPayment<O, P>,
  operation: Pick<Attempt, 'kind' | 'amount'>,
): OrderAndPayment<O, P> {
  const payment = withPending(before, operation);
  return { order: applyMoney(order, movedBetween(before, payment)), payment };
}
