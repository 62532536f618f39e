import { partsOf, refundOf } from './named.js';
import { due, held, namingPieces, operate, refundable } from './paying.js';
import { type Begun, done, orderOf, paymentOf, refused, type Request, sum, with1 } from './request.js';
import type { NamedRefund, OrderState, RefundState, World } from './world.js';

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
function owed({ payments }: World, order: OrderState): number {
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

/** Sets nothing aside: what is asked for must be there now, and again when somebody approves it. */
export function ask(world: World, request: Request & { do: 'ask' }, made: string): Begun {
  const { payment, amount: wanted } = request;
  const begun = operate(world, { do: 'refund', payment, amount: wanted });
  if (begun.refused !== undefined) return begun;
  const amount = wanted ?? refundable(paymentOf(world, payment));
  return done({ ...world, approvals: [...world.approvals, { id: made, payment, amount, status: 'pending' }] });
}

/** A refund that is approved is made as any other; one that is rejected is not. */
export function decide(world: World, { do: what, approval: id }: Request & { do: 'approve' | 'reject' }): Begun {
  const approval = world.approvals.find((one) => one.id === id)!;
  if (approval.status !== 'pending') return refused('already_decided');
  const decided = (status: 'approved' | 'rejected') => with1(world.approvals, { ...approval, status });
  if (what === 'reject') return done({ ...world, approvals: decided('rejected') });
  return operate(
    { ...world, approvals: decided('approved') },
    { do: 'refund', payment: approval.payment, amount: approval.amount },
  );
}
