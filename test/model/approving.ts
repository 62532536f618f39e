import { cancel } from './ordering.js';
import { operate, refundable } from './paying.js';
import { isAboveLimit, owed } from './refunding.js';
import { type Begun, done, orderOf, paymentOf, refused, type Request, sum, with1 } from './request.js';
import type { ApprovalState, OrderState, World } from './world.js';

/** Sets nothing aside: what is asked for must be there now, and again when somebody approves it. */
export function ask(world: World, request: Request & { do: 'ask' }, made: string): Begun {
  const { payment, amount: wanted } = request;
  const begun = operate(world, { do: 'refund', payment, amount: wanted });
  if (begun.refused !== undefined) return begun;
  const amount = wanted ?? refundable(paymentOf(world, payment));
  return asked(world, { id: made, payment, order: '', pieces: null, amount });
}

/** Cancels nothing; what gives no captured money back needs no second person. */
export function askToCancel(world: World, request: Request & { do: 'cancel' | 'askToCancel' }, made: string): Begun {
  const order = orderOf(world, request.order);
  const begun = cancel(world, order, request.pieces);
  if (begun.refused !== undefined) return begun;
  const amount = returnedBy(world, begun.world, order);
  if (amount === 0) return refused('nothing_to_approve');
  const pieces = request.pieces && namedLines(order, request.pieces);
  return asked(world, { id: made, payment: '', order: order.id, pieces, amount });
}

const asked = (world: World, approval: Omit<ApprovalState, 'status'>): Begun =>
  done({ ...world, approvals: [...world.approvals, { ...approval, status: 'pending' }] });

const namedLines = ({ lines }: OrderState, pieces: readonly number[]) =>
  lines.map(({ id }, n) => ({ lineId: id, quantity: pieces[n]! })).filter(({ quantity }) => quantity > 0);

/** One person alone cancels what gives back no more than the limit. */
export function cancelAlone(world: World, { order: id, pieces }: Request & { do: 'cancel' | 'askToCancel' }): Begun {
  const order = orderOf(world, id);
  const begun = cancel(world, order, pieces);
  if (begun.refused !== undefined) return begun;
  return isAboveLimit(world, order, returnedBy(world, begun.world, order)) ? refused('approval_required') : begun;
}

/** What is approved is made as if nobody had a limit; a cancellation gives back what was asked for at most. */
export function decide(world: World, { do: what, approval: id }: Request & { do: 'approve' | 'reject' }): Begun {
  const approval = world.approvals.find((one) => one.id === id)!;
  if (approval.status !== 'pending') return refused('already_decided');
  const decided = (status: 'approved' | 'rejected') => with1(world.approvals, { ...approval, status });
  if (what === 'reject') return done({ ...world, approvals: decided('rejected') });
  const after = { ...world, approvals: decided('approved') };
  if (approval.order !== '') return cancelApproved(after, approval);
  return operate(after, { do: 'refund', payment: approval.payment, amount: approval.amount });
}

function cancelApproved(world: World, { order: id, pieces, amount }: ApprovalState): Begun {
  const order = orderOf(world, id);
  const named = pieces && order.lines.map((line) => pieces.find(({ lineId }) => lineId === line.id)?.quantity ?? 0);
  const begun = cancel(world, order, named);
  if (begun.refused !== undefined) return begun;
  return returnedBy(world, begun.world, order) > amount ? refused('approval_required') : begun;
}

/** What an order owes once it is cancelled, as far as it was captured, or is being captured, and is still there. */
function returnedBy(before: World, after: World, { id }: OrderState): number {
  const order = orderOf(before, id);
  const own = before.payments.filter((payment) => payment.order === id);
  const all = (name: 'captured' | 'capturePending' | 'refundPending') => sum(own.map((payment) => payment[name]));
  const gone = order.refunded + all('refundPending') + order.chargedBack + order.disputed;
  return Math.max(0, Math.min(owed(after, orderOf(after, id)), all('captured') + all('capturePending') - gone));
}
