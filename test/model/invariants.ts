import assert from 'node:assert/strict';
import { due, held } from './paying.js';
import type { OrderState, PaymentState, World } from './world.js';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** What holds at any moment, whatever is under way. `onHand` is what each product began with. */
export function assertAlways({ orders, payments, stock }: World, onHand: Readonly<Record<string, number>>): void {
  for (const payment of payments) assertAmounts(payment);
  for (const order of orders) {
    const own = payments.filter((payment) => payment.order === order.id);
    const sums = {
      authorized: sum(own.map(({ authorized, voided }) => authorized - voided)),
      captured: sum(own.map(({ captured }) => captured)),
      refunded: sum(own.map(({ refunded }) => refunded)),
    };
    const { authorized, captured, refunded } = order;
    assert.deepEqual({ authorized, captured, refunded }, sums, `order ${order.id} is not the sum of its payments`);
  }
  for (const [product, level] of Object.entries(stock)) assertStock(product, level, onHand[product]!, orders);
}

function assertAmounts(payment: PaymentState): void {
  const { id, amount, authorized, captured, capturePending, voided, voidPending, refunded, refundPending } = payment;
  const parts = [captured, capturePending, voided, voidPending, refunded, refundPending, payment.disputed];
  assert.ok(Math.min(...parts) >= 0, `payment ${id} has a negative amount`);
  assert.ok(captured + capturePending + voided + voidPending <= authorized, `payment ${id} took more than authorised`);
  assert.ok(authorized <= amount, `payment ${id} is authorised beyond its amount`);
  assert.ok(refunded + refundPending + payment.disputed <= captured, `payment ${id} gave back more than it captured`);
}

const holdsStock = ({ status }: OrderState) => status === 'pending' || status === 'confirmed';

function assertStock(
  product: string,
  { onHand, reserved }: { onHand: number; reserved: number },
  began: number,
  orders: readonly OrderState[],
): void {
  const lines = (of: readonly OrderState[]) =>
    of.flatMap((order) => order.lines.filter((line) => line.product === product));
  const shipped = sum(lines(orders).map(({ fulfilled }) => fulfilled));
  const held = sum(
    lines(orders.filter(holdsStock)).map(({ quantity, fulfilled, cancelled }) => quantity - fulfilled - cancelled),
  );
  assert.deepEqual({ onHand, reserved }, { onHand: began - shipped, reserved: held }, `the stock of ${product}`);
  assert.ok(reserved <= onHand, `product ${product} is oversold`);
}

const steps: Readonly<Record<OrderState['status'], readonly OrderState['status'][]>> = {
  pending: ['confirmed', 'completed', 'cancelled', 'expired'],
  confirmed: ['completed', 'cancelled'],
  completed: [],
  cancelled: [],
  expired: [],
};

/** What may become of a world, whoever did what: nothing disappears, and no amount that moved comes back unseen. */
export function assertEvolved(before: World, now: World): void {
  for (const was of before.orders) {
    const is = now.orders.find(({ id }) => id === was.id);
    assert.ok(is, `order ${was.id} is gone`);
    assert.ok(
      was.status === is.status || steps[was.status].includes(is.status),
      `${was.status} order became ${is.status}`,
    );
    const reversed = reversedOf(now, was.id) - reversedOf(before, was.id);
    assert.ok(is.captured >= was.captured && is.refunded + reversed >= was.refunded, `order ${was.id} forgot money`);
  }
  for (const was of before.payments) {
    const is = now.payments.find(({ id }) => id === was.id);
    assert.ok(is, `payment ${was.id} is gone`);
    for (const name of ['authorized', 'captured', 'voided', 'reversed'] as const)
      assert.ok(is[name] >= was[name], `payment ${was.id} forgot that ${name} was ${was[name]}: it is ${is[name]}`);
    const [refunded, kept] = [was.refunded, is.refunded + is.reversed - was.reversed];
    assert.ok(kept >= refunded, `payment ${was.id} forgot that refunded was ${refunded}: it is ${is.refunded}`);
  }
}

/** The money of refunds that came back. */
const reversedOf = ({ payments }: World, order: string) =>
  sum(payments.filter((payment) => payment.order === order).map(({ reversed }) => reversed));

/**
 * What Till gives back by itself leaves an order what it may keep, whatever else is on its way back. Of one round of the
 * worker, in which nobody asked for anything.
 */
export function assertReturnsOwed(before: World, { orders, payments }: World): void {
  for (const order of orders) {
    const was = before.orders.find(({ id }) => id === order.id);
    if (!was || order.returned <= was.returned) continue;
    const own = payments.filter((payment) => payment.order === order.id);
    const leaving = sum(own.map(({ voidPending, refundPending }) => voidPending + refundPending));
    // A refund by a person that succeeded in the same round has lowered what the order may keep.
    const byPeople = order.refunded - was.refunded > order.returned - was.returned;
    const least = byPeople ? due(order) : Math.min(due({ ...order, agreed: was.agreed }), due(was));
    const left = held(order) - leaving;
    assert.ok(
      left >= Math.min(least, held(was)),
      `Till gave back too much of order ${order.id}: ${left} of ${least} is left`,
    );
  }
}

/** What holds once nothing is under way any more. */
export function assertSettled({ orders, payments }: World): void {
  for (const payment of payments) {
    const { id, status, authorized, captured, voided, refunded, disputed } = payment;
    assert.ok(!['processing', 'requires_action'].includes(status), `payment ${id} is still ${status}`);
    const { status: ended } = orders.find((order) => order.id === payment.order)!;
    if (ended !== 'cancelled' && ended !== 'expired') continue;
    // What came back from a bank is on a list of people.
    const keeps = captured - refunded - disputed;
    assert.ok(
      keeps >= 0 && keeps <= payment.leftToPeople,
      `${ended} order ${payment.order} keeps ${keeps} of payment ${id}`,
    );
    assert.equal(authorized - captured - voided, 0, `${ended} order ${payment.order} still holds payment ${id}`);
  }
  for (const order of orders) {
    assert.notEqual(order.status, 'pending', `order ${order.id} is still pending`);
    const own = payments.filter((payment) => payment.order === order.id);
    const [holds, may] = [held(order), due(order) + sum(own.map(({ leftToPeople }) => leftToPeople))];
    assert.ok(holds <= may, `${order.status} order ${order.id} keeps ${holds}, and may keep ${may}`);
  }
}
