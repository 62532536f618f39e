import { partsOf, refundOf } from './named.js';
import { due, held, namingPieces, operate, refundable } from './paying.js';
import { type Begun, orderOf, paymentOf, refused, type Request, sum, with1 } from './request.js';
import type { NamedRefund, OrderState, RefundState, World } from './world.js';

/** One person alone gives back what is within the limit. */
export function refund(world: World, request: Request & { do: 'refund' | 'capture' }): Begun {
  const begun = operate(world, request);
  if (begun.refused !== undefined) return begun;
  const [before, after] = [world, begun.world].map((one) => paymentOf(one, request.payment).refundPending);
  const order = orderOf(world, paymentOf(world, request.payment).order);
  return isAboveLimit(world, order, after! - before!) ? refused('approval_required') : begun;
}

/** Whether an amount, and what has gone back of the order or is on its way, needs a second person. */
export function isAboveLimit({ limit, payments }: World, { id, refunded }: OrderState, amount: number): boolean {
  const pending = sum(payments.filter(({ order }) => order === id).map(({ refundPending }) => refundPending));
  return limit !== null && refunded + pending + amount > limit;
}

/** People try a refund again that failed: what it was made for must still be there, and cost the same. */
export function retry(world: World, { refund: id }: Request & { do: 'retry' }): Begun {
  const refund = world.refunds.find((one) => one.id === id)!;
  const payment = paymentOf(world, refund.payment);
  if (refund.status !== 'failed') return refused('invalid_transition');
  if (refund.amount > refundable(payment)) return refused('amount_too_large');
  const order = orderOf(world, payment.order);
  if (refund.named.length > 0 && !(refund.counts && refund.named.every((row) => isSame(order, row))))
    return refused('nothing_to_refund');
  if (refund.isOwed && refund.amount > owed(world, order)) return refused('nothing_to_refund');
  if (refund.isOfOnePerson && isAboveLimit(world, order, refund.amount)) return refused('approval_required');
  const begun = operate(world, { do: 'refund', payment: payment.id, amount: refund.amount });
  const made = refund.named.length > 0 ? namingPieces(begun, order.id, refund.named) : begun;
  if (made.refused !== undefined) return made;
  return {
    world: become(made.world, refund, 'pending'),
    finish: (later) => become(made.finish(later), refund, 'succeeded'),
    decline: (later) => become(made.decline!(later), refund, 'failed'),
  };
}

/** What an order holds beyond what it may keep, and what is not on its way back. */
export function owed({ payments }: World, order: OrderState): number {
  const own = payments.filter((payment) => payment.order === order.id);
  const leaving = sum(own.map(({ voidPending, refundPending }) => voidPending + refundPending)) + order.disputed;
  return Math.max(0, held(order) - leaving - due(order));
}

function isSame(order: OrderState, row: NamedRefund): boolean {
  const part = partsOf(order).find(({ id }) => id === row.part)!;
  const now = refundOf(part, order.named, row.quantity);
  const figures = ['gross', 'tax', 'ofShipped', 'cancelledBefore'] as const;
  return now !== undefined && figures.every((figure) => now[figure] === row[figure]);
}

/** One whose money came back is on the list of people for as long as it has failed. */
function become(world: World, refund: RefundState, status: RefundState['status']): World {
  const was = world.refunds.find(({ id }) => id === refund.id)!.status;
  const payment = paymentOf(world, refund.payment);
  const listed = (is: RefundState['status']) => (refund.cameBack && is === 'failed' ? refund.amount : 0);
  const leftToPeople = payment.leftToPeople + listed(status) - listed(was);
  return {
    ...world,
    payments: with1(world.payments, { ...payment, leftToPeople }),
    refunds: with1(world.refunds, { ...refund, status }),
  };
}
