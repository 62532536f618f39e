import {
  type Begun,
  orderOf,
  paymentOf,
  refused,
  type Request,
  SOME_DAY,
  STORE_CREDIT,
  sum,
  with1,
} from './request.js';
import { counting, partsOf, refundOf, returnedByName } from './named.js';
import type { NamedRefund, OrderState, PaymentState, World } from './world.js';

export function pay(world: World, request: Request & { do: 'pay' }, made: string): Begun {
  const order = orderOf(world, request.order);
  if (order.status !== 'pending' && order.status !== 'confirmed') return refused('invalid_transition');
  const open = world.payments.filter((payment) => payment.order === order.id && payment.status === 'processing');
  const left = Math.max(0, due(order) - held(order)) - sum(open.map(({ amount }) => amount));
  if (left <= 0) return refused('order_not_payable');
  const amount = request.amount ?? left;
  if (amount > left) return refused('amount_too_large');

  const payment: PaymentState = { ...nothing, id: made, order: order.id, amount, ...termsOf(request) };
  return {
    world: { ...world, payments: [...world.payments, payment] },
    finish: (later) => finishPayment(later, payment, orderOf(later, order.id)),
  };
}

function finishPayment(world: World, payment: PaymentState, order: OrderState): World {
  const { amount, method } = payment;
  const credit = world.credit[order.customer] ?? 0;
  const status = method === STORE_CREDIT && credit < amount ? 'declined' : (openings[method] ?? 'taken');
  if (status !== 'taken') return { ...world, payments: with1(world.payments, { ...payment, status }) };
  const captured = payment.capture === 'automatic' ? amount : 0;
  const payments = with1(world.payments, withStatus({ ...payment, authorized: amount, captured }));
  const spent = method === STORE_CREDIT ? { [order.customer]: credit - amount } : {};
  return {
    ...world,
    payments,
    orders: with1(world.orders, moved(payments, order, { authorized: amount, captured })),
    credit: { ...world.credit, ...spent },
  };
}

/** What the first operation of a payment comes to, by its token; the others are taken at once. */
const openings: Readonly<Record<string, string>> = {
  pm_declined: 'declined',
  pm_insufficient_funds: 'declined',
  pm_requires_action: 'requires_action',
  pm_timeout_charged: 'processing',
  pm_timeout_dropped: 'processing',
  pm_error_5xx: 'processing',
  pm_pending: 'processing',
  pm_webhook_reordered: 'processing',
};

const nothing = {
  status: 'processing',
  authorized: 0,
  captured: 0,
  capturePending: 0,
  voided: 0,
  voidPending: 0,
  refunded: 0,
  refundPending: 0,
  reversed: 0,
  leftToPeople: 0,
  disputed: 0,
};

const termsOf = ({ method, capture }: Request & { do: 'pay' }) => ({
  method,
  capture,
  provider: method === STORE_CREDIT ? STORE_CREDIT : 'sandbox',
});

const changes = { capture: 'captured', refund: 'refunded', void: 'voided' } as const;
const pendings = { capture: 'capturePending', refund: 'refundPending', void: 'voidPending' } as const;

export function operate(world: World, request: Request & { do: 'capture' | 'refund' | 'void' }): Begun {
  const payment = paymentOf(world, request.payment);
  if (request.do === 'refund' && request.pieces) return refundPieces(world, payment, request.pieces);
  if (request.do === 'void' && payment.voidPending > 0) return refused('operation_under_way');
  if (request.do === 'capture' && hasEnded(orderOf(world, payment.order))) return refused('invalid_transition');
  const left = request.do === 'refund' ? refundable(payment) : capturable(payment);
  if (left <= 0) return refused('invalid_transition');
  const amount = request.do === 'void' ? left : (request.amount ?? left);
  if (amount > left) return refused('amount_too_large');
  const pending = pendings[request.do];
  return {
    world: { ...world, payments: with1(world.payments, { ...payment, [pending]: payment[pending] + amount }) },
    finish: (later) => finishOperation(later, request.do, paymentOf(later, payment.id), amount),
    decline: (later) => declineOperation(later, pending, paymentOf(later, payment.id), amount),
  };
}

const hasEnded = ({ status }: OrderState) => status === 'cancelled' || status === 'expired';

/** Refunds so many pieces of each line and charge: they are set aside with the amount. */
function refundPieces(world: World, payment: PaymentState, pieces: readonly number[]): Begun {
  const order = orderOf(world, payment.order);
  const wanted = partsOf(order).flatMap((part, n) => (pieces[n]! > 0 ? [refundOf(part, order.named, pieces[n]!)] : []));
  const rows = wanted.flatMap((row) => (row ? [{ ...row, payment: payment.id }] : []));
  const amount = sum(rows.map(({ gross }) => gross));
  if (rows.length < wanted.length || amount === 0) return refused('nothing_to_refund');
  return namingPieces(operate(world, { do: 'refund', payment: payment.id, amount }), order.id, rows);
}

/** A refund of an amount that has begun, and that names these pieces. */
export function namingPieces(begun: Begun, orderId: string, rows: readonly NamedRefund[]): Begun {
  if (begun.refused !== undefined) return begun;
  const named = (later: World, change: (row: NamedRefund) => NamedRefund[]): World => {
    const now = orderOf(later, orderId);
    const changed = now.named.flatMap((row) => (rows.includes(row) ? change(row) : [row]));
    return { ...later, orders: with1(later.orders, { ...now, named: changed }) };
  };
  const order = orderOf(begun.world, orderId);
  const [amount, { payment }] = [sum(rows.map(({ gross }) => gross)), rows[0]!];
  return {
    world: { ...begun.world, orders: with1(begun.world.orders, { ...order, named: [...order.named, ...rows] }) },
    finish: (later) => {
      const now = orderOf(later, orderId);
      const others = counting(now.named.filter((row) => !rows.includes(row)));
      const byName = returnedByName(now, [...others, ...rows]) - returnedByName(now, others);
      const succeeded = named(later, (row) => [{ ...row, succeeded: true }]);
      return finishOperation(succeeded, 'refund', paymentOf(later, payment), amount, byName);
    },
    decline: (later) => named(begun.decline!(later), () => []),
  };
}

/** The provider refused it: what was set aside is free again. */
function declineOperation(
  world: World,
  pending: (typeof pendings)[keyof typeof pendings],
  payment: PaymentState,
  amount: number,
): World {
  return { ...world, payments: with1(world.payments, { ...payment, [pending]: payment[pending] - amount }) };
}

function finishOperation(
  world: World,
  kind: keyof typeof changes,
  payment: PaymentState,
  amount: number,
  byName = 0,
): World {
  const [change, pending] = [changes[kind], pendings[kind]];
  const after = { ...payment, [change]: payment[change] + amount, [pending]: payment[pending] - amount };
  const order = orderOf(world, payment.order);
  const payments = with1(world.payments, withStatus(after));
  const back = kind === 'refund' && payment.provider === STORE_CREDIT ? amount : 0;
  return {
    ...world,
    payments,
    orders: with1(
      world.orders,
      moved(payments, order, kind === 'void' ? { authorized: -amount } : { [change]: amount, byName }),
    ),
    credit: { ...world.credit, [order.customer]: (world.credit[order.customer] ?? 0) + back },
  };
}

export const capturable = (payment: PaymentState): number =>
  payment.authorized - payment.captured - payment.capturePending - payment.voided - payment.voidPending;
export const refundable = (payment: PaymentState): number =>
  payment.captured - payment.refunded - payment.refundPending - payment.disputed;

/** Where a payment stands that holds or held something. */
function withStatus(payment: PaymentState): PaymentState {
  const { authorized, captured, voided, refunded } = payment;
  if (refunded > 0) return { ...payment, status: refunded === captured ? 'refunded' : 'partially_refunded' };
  if (captured > 0) return { ...payment, status: captured + voided === authorized ? 'captured' : 'partially_captured' };
  return { ...payment, status: authorized > voided ? 'authorized' : 'cancelled' };
}

/** `byName`: what is left in the order of the pieces that were refunded. */
type Moved = Partial<Pick<OrderState, 'authorized' | 'captured' | 'refunded'>> & { readonly byName?: number };

/** An order is confirmed once what is promised or taken, less what went back, covers it. */
export function moved(payments: readonly PaymentState[], order: OrderState, by: Moved): OrderState {
  const authorized = order.authorized + (by.authorized ?? 0);
  const refunded = order.refunded + (by.refunded ?? 0);
  const captured = order.captured + (by.captured ?? 0);
  const after = { ...order, authorized, refunded, captured, agreed: agreedAfter(order, by) };
  const own = payments.filter((payment) => payment.order === order.id);
  const goingBack = sum(own.map(({ voidPending, refundPending }) => voidPending + refundPending)) + order.disputed;
  const covered = held(after) - goingBack >= order.total;
  const paidAnew = { ...superseded(after), reservedUntil: null };
  if (order.status === 'pending') return covered ? { ...paidAnew, status: 'confirmed' } : after;
  if (order.status !== 'confirmed') return after;
  if (order.reservedUntil !== null) return covered ? paidAnew : after;
  const isMoved = Object.keys(by).length > 0;
  return held(after) > 0 || !isMoved ? after : { ...after, reservedUntil: SOME_DAY, agreed: null };
}

/** It was paid in full in spite of what went back: its pieces are sold anew. */
const superseded = (order: OrderState): OrderState => ({
  ...order,
  named: order.named.map((row) => (row.succeeded ? { ...row, superseded: true } : row)),
});

/** A refund of more than was held too much, or of certain pieces, is a rebate on an order that was paid. */
function agreedAfter(order: OrderState, { refunded = 0, byName = 0 }: Moved): number | null {
  const tooMuch = Math.max(0, held(order) - due(order));
  const isPaid = order.status === 'completed' || (order.status === 'confirmed' && order.reservedUntil === null);
  const less = Math.max(refunded - tooMuch, byName);
  return isPaid && less > 0 ? Math.max(0, due(order) - less) : order.agreed;
}

/** What the payments of an order hold, in minor units. */
export const held = ({ authorized, refunded, chargedBack }: OrderState): number => authorized - refunded - chargedBack;
/** What an order may keep, in minor units. */
export const due = ({ status, total, agreed }: OrderState): number =>
  status === 'cancelled' || status === 'expired' ? 0 : Math.min(total, agreed ?? total);
