import { due, held, moved } from './paying.js';
import { counting, partsOf, rebateOf, returnedByName, without } from './named.js';
import { priced } from './pricing.js';
import { type Begun, done, orderOf, type Prices, refused, type Request, SOME_DAY, sum, with1 } from './request.js';
import type { LineState, OrderState, World } from './world.js';

export function place(
  world: World,
  { customer, lines, extras }: Request & { do: 'place' },
  made: string,
  prices: Prices,
): Begun {
  const stock = { ...world.stock };
  for (const { product, quantity } of lines) {
    const { onHand, reserved } = stock[product]!;
    if (quantity > onHand - reserved) return refused('insufficient_stock');
    stock[product] = { onHand, reserved: reserved + quantity };
  }
  const goods = lines.map(({ product, quantity }) => ({ ...prices[product]!, quantity }));
  const costs = priced(goods, extras ?? { discount: null, charges: [], abroad: false });
  const order: OrderState = {
    id: made,
    customer,
    total: sum(costs.lines) + sum(costs.charges),
    status: 'pending',
    authorized: 0,
    captured: 0,
    refunded: 0,
    disputed: 0,
    chargedBack: 0,
    agreed: null,
    returned: 0,
    byPeople: 0,
    reservedUntil: SOME_DAY,
    lines: lines.map((line, n) => ({ ...line, id: '', gross: costs.lines[n]!, tax: 0, fulfilled: 0, cancelled: 0 })),
    charges: costs.charges.map((gross) => ({ id: '', gross, tax: 0 })),
    named: [],
  };
  return done({ ...world, stock, orders: [...world.orders, order] });
}

/**
 * Takes the named pieces of each line out; all that is left when null. An order of which nothing was shipped and nothing is left ends
 * as it was.
 */
export function cancel(world: World, order: OrderState, pieces: readonly number[] | null): Begun {
  if (order.status !== 'pending' && order.status !== 'confirmed') return refused('invalid_transition');
  const gone = namedPieces(order, pieces);
  if (!gone) return refused('nothing_to_cancel');
  const stock = restocked(world, order.lines, (_line, n) => [0, -gone[n]!]);
  const lines = order.lines.map((line, n) => ({ ...line, cancelled: line.cancelled + gone[n]! }));
  const isLeft = lines.some((line) => openOf(line) > 0);
  if (!isLeft && lines.every(({ fulfilled }) => fulfilled === 0))
    return done({
      ...world,
      stock,
      orders: with1(world.orders, { ...order, status: 'cancelled', reservedUntil: null, agreed: null }),
    });
  const total = sum(partsOf({ ...order, lines }).map((part) => without(part, part.cancelled)));
  const after = { ...order, lines, total, agreed: agreedAt({ ...order, lines }, total, isLeft) };
  const over = { status: 'completed', reservedUntil: null } as const;
  const left = isLeft ? moved(world.payments, after, {}) : { ...after, ...over };
  return done({ ...world, stock, orders: with1(world.orders, left) });
}

/** What refunds returned by name of what is left stays returned; what was returned as an amount counts for what is cancelled. */
function agreedAt(order: OrderState, total: number, isLeft: boolean): number | null {
  const byName = returnedByName(order, counting(order.named));
  // What lost all its money and was never paid again as a whole sold nothing anew, so its refunds count once it is over.
  if (order.reservedUntil !== null && !isLeft) return byName > 0 ? Math.max(0, total - byName) : null;
  if (order.agreed === null) return null;
  return Math.max(0, Math.min(order.agreed, total - Math.min(byName, rebateOf(order))));
}

/** Ships the named pieces of each line; all that is left when null. */
export function fulfil(world: World, request: Request & { do: 'fulfil' }): Begun {
  const { pieces, inSpite } = request;
  const order = orderOf(world, request.order);
  if (order.status !== 'confirmed') return refused('invalid_transition');
  const shipped = namedPieces(order, pieces);
  if (!shipped) return refused('nothing_to_fulfill');
  const lines = order.lines.map((line, n) => ({ ...line, fulfilled: line.fulfilled + shipped[n]! }));
  const refusal = refusalToShip(world, order, toBePaid({ ...order, lines }), inSpite);
  if (refusal) return refused(refusal);
  const isOver = lines.every((line) => openOf(line) === 0);
  const stock = restocked(world, order.lines, (_line, n) => [-shipped[n]!, -shipped[n]!]);
  const over = { status: 'completed', reservedUntil: null } as const;
  // What is left of an order that lost all its money is kept no longer because a part is shipped in spite of that.
  const after: OrderState = { ...order, lines, ...(isOver && over) };
  return done({ ...world, stock, orders: with1(world.orders, after) });
}

/** What is to be paid for what will have left and for the charges, but for what was refunded of it. */
function toBePaid(order: OrderState): number {
  const shipped = {
    ...order,
    lines: order.lines.map((line) => ({ ...line, cancelled: line.quantity - line.fulfilled })),
  };
  const named = counting(order.named);
  const price = sum(partsOf(shipped).map((part) => without(part, part.cancelled)));
  return price - Math.min(returnedByName(shipped, named), rebateOf(order));
}

/** Why goods stay. `goods` is what will have left of the order, in minor units. */
function refusalToShip(world: World, order: OrderState, goods: number, inSpite: boolean): string | undefined {
  const { authorized, captured, refunded, disputed, chargedBack } = order;
  if ((disputed > 0 || chargedBack > 0) && !inSpite) return 'order_disputed';
  // What is left of an order may cost nothing.
  const isUnpaid = order.total > 0 && authorized <= refunded;
  if (isUnpaid || (order.reservedUntil !== null && chargedBack === 0)) return 'order_not_paid';
  const own = world.payments.filter((payment) => payment.order === order.id);
  const goingBack = sum(own.map(({ voidPending, refundPending }) => voidPending + refundPending));
  if (goingBack > Math.max(0, held(order) - due(order))) return 'refund_in_progress';
  const surplus = authorized > captured ? Math.max(0, held(order) - due(order)) : 0;
  if (goods <= captured - refunded - surplus) return undefined;
  if (authorized > captured) return 'order_not_captured';
  return captured - refunded < due(order) ? 'order_not_paid' : undefined;
}

const openOf = ({ quantity, fulfilled, cancelled }: LineState) => quantity - fulfilled - cancelled;

/** So many pieces of each line, at most what is left of it; the numbers repeat when there are more lines. */
export function atMostLeft({ lines }: OrderState, pieces: readonly number[]): number[] {
  return lines.map((line, n) => Math.min(openOf(line), pieces[n % pieces.length]!));
}

/** The pieces of each line that a request names, or all that is left; undefined when another request left less than it names. */
function namedPieces({ lines }: OrderState, pieces: readonly number[] | null): readonly number[] | undefined {
  const left = lines.map(openOf);
  if (pieces === null) return left;
  return pieces.every((count, n) => count <= left[n]!) ? pieces : undefined;
}

function restocked(
  { stock }: World,
  lines: readonly LineState[],
  by: (line: LineState, n: number) => readonly [onHand: number, reserved: number],
): World['stock'] {
  const after = { ...stock };
  for (const [n, line] of lines.entries()) {
    const { onHand, reserved } = after[line.product]!;
    const [more, held] = by(line, n);
    after[line.product] = { onHand: onHand + more, reserved: reserved + held };
  }
  return after;
}
