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

/** What a notice says, but for whom. `amount` is in minor units. */
export interface NotificationContent {
  readonly type: ProviderEventType;
  readonly amount: number;
  readonly currency: string;
}

/** An operation that was made at the provider and that Till is yet to write down. */
export interface OutOfBandOperation {
  readonly kind: Exclude<AttemptKind, 'authorize'>;
  readonly amount: number;
}

/** What is to be done about a notice. `why` completes "it was not applied: ...". */
export type Decision =
  /** It is about an operation of ours; `again` when that had been given up, so its amount must be set aside anew. */
  | { readonly do: 'apply'; readonly again: boolean }
  | { readonly do: 'begin'; readonly operation: OutOfBandOperation }
  | { readonly do: 'wait' | 'quarantine' | 'ignore'; readonly why: string };

const apply = (again = false): Decision => ({ do: 'apply', again });
const wait = (why: string): Decision => ({ do: 'wait', why });
const quarantine = (why: string): Decision => ({ do: 'quarantine', why });
const ignore = (why: string): Decision => ({ do: 'ignore', why });

/** What each kind of operation may come to. */
const outcomes: Readonly<
  Record<AttemptKind, { good: readonly ProviderEventType[]; bad: readonly ProviderEventType[] }>
> = {
  authorize: { good: ['authorized', 'captured'], bad: ['declined', 'failed'] },
  capture: { good: ['captured'], bad: ['capture_failed'] },
  void: { good: ['voided'], bad: ['void_failed'] },
  refund: { good: ['refunded'], bad: ['refund_failed'] },
};

/**
 * Judges a notice by what the payment can hold, before anything is written. `attempt` is the operation that it names, or
 * that which opened the payment when it names none (`own` is false then).
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

/** Without an operation named: whether it tells how the payment began rather than of something new. */
function concernsOpening({ capture }: Payment, { type }: NotificationContent): boolean {
  if (type === 'captured') return capture === 'automatic';
  return type === 'authorized' || type === 'declined' || type === 'failed';
}

function decideOutcome(payment: Payment, attempt: Attempt, { type, amount }: NotificationContent): Decision {
  const { kind, state } = attempt;
  if (outcomes[kind].bad.includes(type)) return decideFailure(attempt, amount);
  if (!outcomes[kind].good.includes(type)) return quarantine(`it says ${type} of an operation to ${kind}`);
  if (amount !== attempt.amount) return quarantine(`it says ${amount}, the operation was for ${attempt.amount}`);
  if (kind === 'authorize') return opens(payment, type, amount) ? apply() : quarantine(beyond(amount));
  if (isOpen(attempt)) return apply();
  if (state === 'succeeded') return quarantine('it says for a second time that the operation succeeded');
  return amount <= roomNow(payment, kind) ? apply(true) : quarantine(beyond(amount));
}

function decideFailure(attempt: Attempt, amount: number): Decision {
  const { kind, state } = attempt;
  if (state === 'succeeded' && kind === 'authorize') return ignore('the operation has succeeded since');
  if (state === 'succeeded') return quarantine('it says that an operation failed which had succeeded');
  if (!isOpen(attempt)) return ignore('the operation had failed already');
  if (kind !== 'authorize' && amount !== attempt.amount)
    return quarantine(`it says ${amount}, the operation was for ${attempt.amount}`);
  return apply();
}

function decideOutOfBand(payment: Payment, { type, amount }: NotificationContent): Decision {
  const kind = (['capture', 'void', 'refund'] as const).find((name) => outcomes[name].good.includes(type));
  if (!kind) return ignore('no operation of ours failed');
  if (amount > roomEver(payment, kind)) return quarantine(beyond(amount));
  if (kind === 'void' && payment.voidPending > 0) return wait('another void is under way');
  if (amount > roomNow(payment, kind)) return wait(`the payment can't hold a ${kind} of ${amount} yet`);
  return { do: 'begin', operation: { kind, amount } };
}

/** Gives up whatever is still held, once it is certain what that is. */
function decideExpiry(payment: Payment, opening: Attempt): Decision {
  if (payment.capturePending > 0 || payment.voidPending > 0) return wait('an operation is under way');
  if (capturable(payment) > 0) return { do: 'begin', operation: { kind: 'void', amount: capturable(payment) } };
  return isOpen(opening) ? wait('nothing is authorised yet') : ignore('nothing is authorised any more');
}

/** Whether the payment can hold it that its first operation came to this. */
function opens(payment: Payment, type: ProviderEventType, amount: number): boolean {
  const { capturedAmount, capturePending, voidedAmount, voidPending } = payment;
  const taken = capturedAmount + capturePending + voidedAmount + voidPending + (type === 'captured' ? amount : 0);
  return Math.max(amount, taken) <= payment.amount;
}

function roomNow(payment: Payment, kind: OutOfBandOperation['kind']): number {
  return kind === 'refund' ? refundable(payment) : capturable(payment);
}

/** What would fit if all went well that may still come. */
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

/** Sets the amount of an operation aside, as its beginning does, in the payment and its order; an authorization needs none. */
export function setAside<O extends MoneyOfOrder, P extends Payment>(
  { order, payment: before }: OrderAndPayment<O, P>,
  operation: Pick<Attempt, 'kind' | 'amount'>,
): OrderAndPayment<O, P> {
  const payment = withPending(before, operation);
  return { order: applyMoney(order, movedBetween(before, payment)), payment };
}
