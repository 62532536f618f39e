import type { LineState, OrderState, PaymentState, World } from './world.js';

/** A request whose outcome the model knows. Amounts are minor units; null means all that is left. */
export type Request =
  | {
      readonly do: 'place';
      readonly customer: string;
      readonly lines: readonly { product: string; quantity: number }[];
      /** The payment that is made in the same request. */
      readonly pays: { readonly method: string; readonly amount: number | null } | null;
    }
  | {
      readonly do: 'pay';
      readonly order: string;
      readonly method: string;
      readonly capture: 'automatic' | 'manual';
      readonly amount: number | null;
    }
  | { readonly do: 'capture' | 'refund'; readonly payment: string; readonly amount: number | null }
  | { readonly do: 'void'; readonly payment: string }
  | { readonly do: 'cancel'; readonly order: string; readonly pieces: readonly number[] | null }
  | {
      readonly do: 'fulfil';
      readonly order: string;
      readonly pieces: readonly number[] | null;
      /** Ships in spite of a dispute. */
      readonly inSpite: boolean;
    };

/**
 * A request that was refused leaves the world as it was. Any other has done its first transaction; `finish` is what follows
 * when the provider has answered.
 */
export type Begun =
  | { readonly refused: string }
  | { readonly refused?: never; readonly world: World; readonly finish: (world: World) => World };

/** Prices, by product, in minor units: a part of what is given. */
export type Prices = Readonly<Record<string, number>>;

export const STORE_CREDIT = 'store_credit';
const refused = (code: string): Begun => ({ refused: code });
/** In one transaction. */
const done = (world: World): Begun => ({ world, finish: (later) => later });
const with1 = <T extends { id: string }>(all: readonly T[], one: T): T[] =>
  all.map((other) => (other.id === one.id ? one : other));
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/**
 * How a request begins in this world. `made` is the id of the order or payment it makes, `paid` that of the payment it makes
 * besides an order.
 */
export function begin(world: World, request: Request, { made, paid }: Made, prices: Prices): Begun {
  switch (request.do) {
    case 'place':
      return placeAndPay(world, request, { made, paid }, prices);
    case 'pay':
      return pay(world, request, made);
    case 'capture':
    case 'refund':
    case 'void':
      return operate(world, request);
    case 'cancel':
      return cancel(world, orderOf(world, request.order), request.pieces, prices);
    case 'fulfil':
      return fulfil(world, request, prices);
  }
}

const orderOf = (world: World, id: string) => world.orders.find((order) => order.id === id)!;
const paymentOf = (world: World, id: string) => world.payments.find((payment) => payment.id === id)!;

/** In one transaction: a payment that is refused leaves no order. */
function placeAndPay(world: World, request: Request & { do: 'place' }, { made, paid }: Made, prices: Prices): Begun {
  const placed = place(world, request, made, prices);
  if (placed.refused !== undefined || !request.pays) return placed;
  return pay(placed.world, { do: 'pay', order: made, capture: 'automatic', ...request.pays }, paid);
}

function place(world: World, { customer, lines }: Request & { do: 'place' }, made: string, prices: Prices): Begun {
  const stock = { ...world.stock };
  for (const { product, quantity } of lines) {
    const { onHand, reserved } = stock[product]!;
    if (quantity > onHand - reserved) return refused('insufficient_stock');
    stock[product] = { onHand, reserved: reserved + quantity };
  }
  const total = sum(lines.map(({ product, quantity }) => prices[product]! * quantity));
  const order: OrderState = {
    id: made,
    customer,
    total,
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
    lines: lines.map((line) => ({ ...line, id: '', fulfilled: 0, cancelled: 0 })),
  };
  return done({ ...world, stock, orders: [...world.orders, order] });
}

function pay(world: World, request: Request & { do: 'pay' }, made: string): Begun {
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
  disputed: 0,
};

const termsOf = ({ method, capture }: Request & { do: 'pay' }) => ({
  method,
  capture,
  provider: method === STORE_CREDIT ? STORE_CREDIT : 'sandbox',
});

const changes = { capture: 'captured', refund: 'refunded', void: 'voided' } as const;
const pendings = { capture: 'capturePending', refund: 'refundPending', void: 'voidPending' } as const;

function operate(world: World, request: Request & { do: 'capture' | 'refund' | 'void' }): Begun {
  const payment = paymentOf(world, request.payment);
  if (request.do === 'void' && payment.voidPending > 0) return refused('operation_under_way');
  const left = request.do === 'refund' ? refundable(payment) : capturable(payment);
  if (left <= 0) return refused('invalid_transition');
  const amount = request.do === 'void' ? left : (request.amount ?? left);
  if (amount > left) return refused('amount_too_large');
  const pending = pendings[request.do];
  return {
    world: { ...world, payments: with1(world.payments, { ...payment, [pending]: payment[pending] + amount }) },
    finish: (later) => finishOperation(later, request.do, paymentOf(later, payment.id), amount),
  };
}

function finishOperation(world: World, kind: keyof typeof changes, payment: PaymentState, amount: number): World {
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
      moved(payments, order, kind === 'void' ? { authorized: -amount } : { [change]: amount }),
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

type Moved = Partial<Pick<OrderState, 'authorized' | 'captured' | 'refunded'>>;

/** An order is confirmed once what is promised or taken, less what went back, covers it. */
function moved(payments: readonly PaymentState[], order: OrderState, by: Moved): OrderState {
  const authorized = order.authorized + (by.authorized ?? 0);
  const refunded = order.refunded + (by.refunded ?? 0);
  const captured = order.captured + (by.captured ?? 0);
  const after = { ...order, authorized, refunded, captured, agreed: agreedAfter(order, by.refunded ?? 0) };
  const own = payments.filter((payment) => payment.order === order.id);
  const goingBack = sum(own.map(({ voidPending, refundPending }) => voidPending + refundPending)) + order.disputed;
  const covered = held(after) - goingBack >= order.total;
  if (order.status === 'pending') return covered ? { ...after, status: 'confirmed', reservedUntil: null } : after;
  if (order.status !== 'confirmed') return after;
  if (order.reservedUntil !== null) return covered ? { ...after, reservedUntil: null } : after;
  const hasLeft = order.lines.some(({ fulfilled }) => fulfilled > 0);
  return held(after) > 0 || hasLeft ? after : { ...after, reservedUntil: SOME_DAY, agreed: null };
}

/** A time that the model does not know. */
const SOME_DAY = 1;

/** A refund of more than was held too much is a rebate on an order that was paid. */
function agreedAfter(order: OrderState, refunded: number): number | null {
  const tooMuch = Math.max(0, held(order) - due(order));
  const isPaid = order.status === 'completed' || (order.status === 'confirmed' && order.reservedUntil === null);
  return isPaid && refunded > tooMuch ? Math.max(0, due(order) - (refunded - tooMuch)) : order.agreed;
}

/** What the payments of an order hold, in minor units. */
export const held = ({ authorized, refunded, chargedBack }: OrderState): number => authorized - refunded - chargedBack;
/** What an order may keep, in minor units. */
export const due = ({ status, total, agreed }: OrderState): number =>
  status === 'cancelled' || status === 'expired' ? 0 : Math.min(total, agreed ?? total);

/**
 * Takes so many pieces of each line out, at most what is left; all that is left when null. An order of which nothing was shipped
 * and nothing is left ends as it was.
 */
function cancel(world: World, order: OrderState, pieces: readonly number[] | null, prices: Prices): Begun {
  if (order.status !== 'pending' && order.status !== 'confirmed') return refused('invalid_transition');
  const gone = shipment(order, pieces);
  const stock = restocked(world, order.lines, (_line, n) => [0, -gone[n]!]);
  const lines = order.lines.map((line, n) => ({ ...line, cancelled: line.cancelled + gone[n]! }));
  const isLeft = lines.some((line) => openOf(line) > 0);
  if (!isLeft && lines.every(({ fulfilled }) => fulfilled === 0))
    return done({
      ...world,
      stock,
      orders: with1(world.orders, { ...order, status: 'cancelled', reservedUntil: null }),
    });
  const total = sum(lines.map(({ product, quantity, cancelled }) => prices[product]! * (quantity - cancelled)));
  const after = moved(world.payments, { ...order, lines, total }, {});
  return done({ ...world, stock, orders: with1(world.orders, isLeft ? after : { ...after, status: 'completed' }) });
}

/** Ships so many pieces of each line, at most what is left; all that is left when null. */
function fulfil(world: World, request: Request & { do: 'fulfil' }, prices: Prices): Begun {
  const { pieces, inSpite } = request;
  const order = orderOf(world, request.order);
  if (order.status !== 'confirmed') return refused('invalid_transition');
  const shipped = shipment(order, pieces);
  const lines = order.lines.map((line, n) => ({ ...line, fulfilled: line.fulfilled + shipped[n]! }));
  const goods = sum(lines.map(({ product, fulfilled }) => prices[product]! * fulfilled));
  const refusal = refusalToShip(world, order, goods, inSpite);
  if (refusal) return refused(refusal);
  const isOver = lines.every((line) => openOf(line) === 0);
  const stock = restocked(world, order.lines, (_line, n) => [-shipped[n]!, -shipped[n]!]);
  const after: OrderState = { ...order, lines, status: isOver ? 'completed' : order.status, reservedUntil: null };
  return done({ ...world, stock, orders: with1(world.orders, after) });
}

/** Why goods stay. `goods` is what will have left of the order, in minor units. */
function refusalToShip(world: World, order: OrderState, goods: number, inSpite: boolean): string | undefined {
  const { authorized, captured, refunded, disputed, chargedBack } = order;
  if ((disputed > 0 || chargedBack > 0) && !inSpite) return 'order_disputed';
  if (authorized <= refunded || (order.reservedUntil !== null && chargedBack === 0)) return 'order_not_paid';
  const own = world.payments.filter((payment) => payment.order === order.id);
  const goingBack = sum(own.map(({ voidPending, refundPending }) => voidPending + refundPending));
  if (goingBack > Math.max(0, held(order) - due(order))) return 'refund_in_progress';
  const surplus = authorized > captured ? Math.max(0, held(order) - due(order)) : 0;
  if (goods <= captured - refunded - surplus) return undefined;
  if (authorized > captured) return 'order_not_captured';
  return captured - refunded < due(order) ? 'order_not_paid' : undefined;
}

const openOf = ({ quantity, fulfilled, cancelled }: LineState) => quantity - fulfilled - cancelled;

export function shipment(order: OrderState, pieces: readonly number[] | null): number[] {
  const left = order.lines.map(openOf);
  return pieces === null ? left : left.map((most, n) => Math.min(most, pieces[n % pieces.length]!));
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

/** Ids of what a request made; empty for what it did not make. */
export interface Made {
  readonly made: string;
  /** The payment of an order that was placed with one. */
  readonly paid: string;
}

/** A request that was answered. */
export interface Answered extends Made {
  readonly request: Request;
  /** The problem's code when it was refused. */
  readonly refused: string | undefined;
}

/** Every order in which the two steps of one and the two of the other may come. */
const orders = ['aabb', 'bbaa', 'abab', 'abba', 'baab', 'baba'];

/** The worlds that two requests at once may have led to, each in one order of their steps that explains both answers. */
export function worldsAfter(world: World, a: Answered, b: Answered, prices: Prices): World[] {
  return orders.flatMap((order) => after(world, order, { a, b }, prices) ?? []);
}

/** The world after these steps; undefined when an answer would have been another. */
export function after(
  world: World,
  steps: string,
  requests: Readonly<Record<string, Answered>>,
  prices: Prices,
): World | undefined {
  const begun = new Map<string, Begun>();
  for (const name of steps) {
    const { request, made, paid, refused } = requests[name]!;
    const before = begun.get(name);
    if (before) {
      if (before.refused === undefined) world = before.finish(world);
      continue;
    }
    const step = begin(world, request, { made, paid }, prices);
    if (step.refused !== refused) return undefined;
    begun.set(name, step);
    if (step.refused === undefined) world = step.world;
  }
  return world;
}
