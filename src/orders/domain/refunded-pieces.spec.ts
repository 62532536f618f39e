import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineId, orderHeader, orderLine } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import { cancelsAll, reduceOrder } from './cancel-order.js';
import { fulfillOrder } from './fulfill-order.js';
import type { Order } from './order.js';
import { type OrderCharge, pricedPartsOf } from './order-charges.js';
import { applyMoney, due, owed, rebate } from './order-money.js';
import { NothingToRefund, refundedCharge, type RefundedPieces, refundOf } from './refund-lines.js';
import { refundedByName, refundedOf } from './refunded-pieces.js';

const CHARGE = newId<'chg'>();
const charge: OrderCharge = {
  id: CHARGE,
  kind: 'shipping',
  name: 'Parcel',
  methodId: null,
  amount: 1000,
  discount: 0,
  tax: 0,
  taxMode: null,
  taxLine: null,
};

/** A paid order of lines with so many pieces at 5,000, and a charge of 1,000. */
function paidOrder(...quantities: number[]): Order {
  const lines = quantities.map((quantity, n) => ({ ...orderLine(n, quantity), unitPrice: 5000 }));
  const total = quantities.reduce((sum, quantity) => sum + quantity * 5000, 1000);
  const paid = { total, authorizedAmount: total, capturedAmount: total };
  return frozen({ ...orderHeader({ ...paid, status: 'confirmed', charged: true, charges: [charge] }), lines });
}

const pieces = (n: number, quantity: number): RefundedPieces => ({ lineId: lineId(n), quantity });

/** Refunds by name, as the payments record it. */
function refund(order: Order, ...wanted: RefundedPieces[]): Order {
  const parts = pricedPartsOf(order.lines, order);
  const before = order.refunds ?? [];
  const done = refundOf(parts, before, frozen(wanted));
  const [refunds, amount] = [[...before, ...done], done.reduce((sum, { gross }) => sum + gross, 0)];
  const named = refundedByName(parts, refunds) - refundedByName(parts, before);
  return frozen({ ...applyMoney(order, { refunded: amount, refundedByName: named }), refunds });
}

/** The provider says later that the refund of a line has failed. */
function undo(order: Order, n: number): Order {
  const parts = pricedPartsOf(order.lines, order);
  const left = order.refunds!.filter((one) => one.lineId !== lineId(n));
  const named = refundedByName(parts, order.refunds) - refundedByName(parts, left);
  return frozen({ ...applyMoney(order, { refunded: -5000, refundedByName: named }), refunds: left });
}

const cancel = (order: Order, n: number, quantity: number): Order =>
  frozen(reduceOrder(order, [{ lineId: lineId(n), quantity }]).order);
const ship = (order: Order, n: number, quantity: number): Order =>
  frozen(fulfillOrder(order, [{ lineId: lineId(n), quantity }]).order);

describe('After a refund by name, a cancellation', () => {
  it('of something else returns all of its price', () => {
    expect(owed(cancel(refund(paidOrder(1, 1), refundedCharge(CHARGE)), 0, 1))).toBe(5000);
    expect(owed(cancel(refund(paidOrder(1, 1, 1), pieces(1, 1)), 0, 1))).toBe(5000);
  });

  it('of the same pieces returns nothing more', () => {
    const order = cancel(refund(paidOrder(1, 1), pieces(0, 1)), 0, 1);
    expect([owed(order), due(order)]).toEqual([0, 6000]);
  });

  it('takes the refunded pieces of a line first, unless they were shipped', () => {
    expect(owed(cancel(refund(paidOrder(4), pieces(0, 2)), 0, 2))).toBe(0);
    expect(owed(cancel(refund(paidOrder(4), pieces(0, 2)), 0, 3))).toBe(5000);
    expect(owed(cancel(refund(ship(paidOrder(4), 0, 2), pieces(0, 2)), 0, 2))).toBe(10_000);
  });

  it('takes no pieces that were refunded after another cancellation', () => {
    const order = refund(cancel(paidOrder(4), 0, 1), pieces(0, 1));
    expect(refundedOf(order.lines[0]!, order.refunds!).quantity).toBe(1);
    expect([due(order), due(cancel(order, 0, 1)), due(cancel(order, 0, 2))]).toEqual([11_000, 11_000, 6000]);
  });

  it('took pieces of the refund that came before it, also if one that came after it succeeded first', () => {
    const { lines } = cancel(paidOrder(3), 0, 1);
    const earlier = frozen({ lineId: lineId(0), quantity: 1, gross: 5000, tax: 0 });
    const later = frozen({ ...earlier, cancelledBefore: 1 });
    expect(refundedByName(lines, frozen([earlier, later]))).toBe(5000);
    expect(refundedByName(lines, frozen([later, earlier]))).toBe(5000);
  });

  it('leaves those refundable that nobody named', () => {
    const order = cancel(refund(paidOrder(4), pieces(0, 2)), 0, 2);
    expect(due(refund(order, pieces(0, 2)))).toBe(1000);
    expect(() => refund(order, pieces(0, 3))).toThrow(NothingToRefund);
  });

  it('counts what was refunded as an amount, and what both returned', () => {
    const order = refund(paidOrder(2), refundedCharge(CHARGE));
    const more = frozen({ ...applyMoney(order, { refunded: 2000 }), refunds: order.refunds!, lines: order.lines });
    expect(owed(cancel(more, 0, 1))).toBe(3000);
  });

  it('returns the whole of it in the end when the refund succeeds after it', () => {
    const order = cancel(paidOrder(1, 1), 0, 1);
    expect(owed({ ...order, refundPending: 1000 })).toBe(4000);
    const after = applyMoney(order, { refunded: 1000, refundedByName: 1000 });
    expect([due(after), owed(after)]).toEqual([5000, 5000]);
  });

  it('of the same pieces returns their price when the refund fails after it, and keeps to other refunds', () => {
    const order = cancel(refund(refund(paidOrder(1, 1, 1), pieces(0, 1)), pieces(1, 1)), 0, 1);
    const failed = undo(order, 0);
    expect([due(failed), owed(failed)]).toEqual([6000, 5000]);
  });

  it('of other pieces leaves the price of those whose refund fails after it', () => {
    const failed = undo(cancel(refund(paidOrder(1, 1, 1), pieces(1, 1)), 0, 1), 1);
    expect([due(failed), owed(failed)]).toEqual([11_000, 5000]);
  });

  it('of the rest of an order that lost all its money leaves the price of what was returned to its customer', () => {
    const returned = refund(ship(paidOrder(1, 1), 0, 1), pieces(0, 1));
    const lost = { ...returned, chargedBackAmount: 6000, agreedAmount: null, reservedUntil: new Date() };
    const over = cancel(frozen(lost), 1, 1);
    expect([over.status, due(over)]).toEqual(['completed', 1000]);
    expect(owed(applyMoney(over, { chargedBack: -6000 }))).toBe(5000);
    // It was paid again as a whole since: its pieces were sold anew.
    expect(due(cancel(frozen({ ...lost, refunds: [] }), 1, 1))).toBe(6000);
  });

  it('of an order that lost all its money and was paid again knows nothing of refunds from before', () => {
    const lost = refund(paidOrder(1, 1), pieces(0, 1), pieces(1, 1), refundedCharge(CHARGE));
    const again = { ...lost, agreedAmount: null, authorizedAmount: 22_000, capturedAmount: 22_000, refunds: [] };
    expect([rebate(again), due(cancel(frozen(again), 0, 1))]).toEqual([0, 6000]);
    // 0.10 as a rebate counts for the cancelled pieces.
    expect(due(cancel(frozen({ ...again, agreedAmount: 10_990 }), 0, 1))).toBe(6000);
  });
});

describe('Goods are shipped', () => {
  it('without their charge when that was refunded, and not without what is only authorised of them', () => {
    const part = frozen({ ...paidOrder(1, 1), capturedAmount: 6000 });
    const order = refund(part, refundedCharge(CHARGE));
    expect(ship(order, 0, 1).fulfillmentStatus).toBe('partially_fulfilled');
    const byAmount = frozen({ ...order, refunds: [] });
    expect(() => ship(byAmount, 0, 1)).toThrow(expect.objectContaining({ code: 'order_not_captured' }));
    const again = frozen({ ...order, agreedAmount: null });
    expect(() => ship(again, 0, 1)).toThrow(expect.objectContaining({ code: 'order_not_captured' }));
  });
});

describe('A part', () => {
  it.each([
    { lineId: CHARGE as never, quantity: 1 },
    { ...refundedCharge(lineId(0) as never), quantity: 1 },
  ])('is refunded under its own name: %j', (wanted) => {
    expect(() => refund(paidOrder(1), wanted)).toThrow(NothingToRefund);
  });
});

const step = fc.record({
  do: fc.constantFrom('refund', 'cancel', 'ship'),
  line: fc.nat(1),
  quantity: fc.integer({ min: 1, max: 3 }),
});

/** Where each piece of a line is: by a list of pieces, and no arithmetic of shares. */
interface Piece {
  is: 'open' | 'shipped' | 'cancelled';
  refunded: boolean;
}

it('Whatever is refunded, cancelled and shipped, the shop keeps the price of what is neither cancelled nor refunded, 10,000 times', () => {
  const run = fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    let order = paidOrder(4, 3);
    const lists = [4, 3].map((count) => Array.from({ length: count }, (): Piece => ({ is: 'open', refunded: false })));
    for (const { do: what, line, quantity } of steps) {
      const all = lists[line]!;
      const open = all.filter(({ is }) => is === 'open');
      if (what === 'cancel') {
        const wanted = [{ lineId: lineId(line), quantity }];
        if (order.status !== 'confirmed' || quantity > open.length || cancelsAll(order, wanted)) continue;
        order = cancel(order, line, quantity);
        const first = open.toSorted((a, b) => Number(b.refunded) - Number(a.refunded));
        for (const piece of first.slice(0, quantity)) piece.is = 'cancelled';
      } else if (what === 'ship') {
        if (order.status !== 'confirmed' || quantity > open.length) continue;
        order = ship(order, line, quantity);
        const first = open.toSorted((a, b) => Number(a.refunded) - Number(b.refunded));
        for (const piece of first.slice(0, quantity)) piece.is = 'shipped';
      } else {
        const there = all.filter(({ is, refunded }) => is !== 'cancelled' && !refunded);
        if (quantity > there.length) continue;
        order = refund(order, pieces(line, quantity));
        const first = there.toSorted((a, b) => Number(b.is === 'shipped') - Number(a.is === 'shipped'));
        for (const piece of first.slice(0, quantity)) piece.refunded = true;
      }
      const kept = lists.flat().filter(({ is, refunded }) => is !== 'cancelled' && !refunded).length * 5000 + 1000;
      if (due(order) !== kept) throw new Error(`${due(order)} is due, and ${kept} is what is kept`);
    }
  });
  expect(() => fc.assert(run, { numRuns: 10_000 })).not.toThrow();
});
