import { describe, expect, it } from 'vitest';
import { lineId, orderHeader, orderLine } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { cancelsAll, endOrder, piecesToCancel, reduceOrder } from './cancel-order.js';
import type { Order } from './order.js';
import type { OrderStatus } from './order-state.js';

type Line = readonly [quantity: number, fulfilled: number, cancelled: number];

/** An order of lines whose pieces cost 1,000 each. */
const orderOf = (status: OrderStatus, lines: readonly Line[], authorizedAmount = 0): Order =>
  frozen({
    ...orderHeader({
      status,
      fulfillmentStatus: lines.some(([, fulfilled]) => fulfilled > 0) ? 'partially_fulfilled' : 'unfulfilled',
      total: lines.reduce((sum, [quantity, , cancelled]) => sum + 1000 * (quantity - cancelled), 0),
      authorizedAmount,
      reservedUntil: status === 'pending' ? new Date() : null,
    }),
    lines: lines.map((line, n) => orderLine(n, ...line)),
  });
const pieces = (...quantities: number[]) =>
  frozen(quantities.map((quantity, n) => ({ lineId: lineId(n), quantity })).filter(({ quantity }) => quantity > 0));

describe('What is cancelled when nothing is named', () => {
  it.each<[Line[], number[]]>([
    [[[2, 0, 0]], [2]],
    [[[5, 2, 1]], [2]],
    [
      [
        [2, 2, 0],
        [3, 0, 0],
      ],
      [0, 3],
    ],
  ])('of lines with (ordered, shipped, cancelled) %j is %j', (lines, left) => {
    expect(piecesToCancel(orderOf('confirmed', lines), undefined, true)).toEqual(pieces(...left));
  });
});

describe('A part of an order with a discount', () => {
  const order = frozen({ ...orderOf('confirmed', [[10, 0, 0]]), discounted: true });

  it('is not cancelled by its customer, who may have ordered more for it', () => {
    expect(() => piecesToCancel(order, pieces(9), false)).toThrow(
      expect.objectContaining({ code: 'order_discounted' }),
    );
  });

  it('is cancelled by staff, and by its customer with the rest', () => {
    expect(piecesToCancel(order, pieces(9), true)).toEqual(pieces(9));
    expect(piecesToCancel(order, pieces(10), false)).toEqual(pieces(10));
    expect(piecesToCancel(order, undefined, false)).toEqual(pieces(10));
  });
});

describe('A cancellation is refused', () => {
  it.each<[string, OrderStatus, Line, number | undefined, boolean]>([
    ['nothing_to_cancel', 'confirmed', [2, 0, 0], 3, true],
    ['nothing_to_cancel', 'confirmed', [5, 2, 1], 3, true],
    ['order_partly_shipped', 'confirmed', [5, 1, 0], 1, false],
    ['order_partly_shipped', 'confirmed', [5, 1, 0], undefined, false],
    ['invalid_transition', 'completed', [5, 5, 0], undefined, false],
    ['invalid_transition', 'completed', [5, 5, 0], undefined, true],
    ['invalid_transition', 'cancelled', [5, 0, 0], 1, true],
    ['invalid_transition', 'expired', [5, 0, 0], 1, true],
  ])('with %s when %s, of %j, %s wanted, staff: %s', (code, status, line, quantity, isStaff) => {
    const wanted = quantity === undefined ? undefined : pieces(quantity);
    expect(() => piecesToCancel(orderOf(status, [line]), wanted, isStaff)).toThrow(expect.objectContaining({ code }));
  });
});

describe('An order is over when', () => {
  it.each<[boolean, Line[], number[]]>([
    [true, [[2, 0, 0]], [2]],
    [true, [[2, 0, 1]], [1]],
    [false, [[2, 0, 0]], [1]],
    [false, [[2, 1, 0]], [1]],
    [
      false,
      [
        [1, 0, 0],
        [1, 0, 0],
      ],
      [1],
    ],
    [
      true,
      [
        [1, 0, 0],
        [1, 0, 1],
      ],
      [1],
    ],
  ])('%s: of %j, %j are cancelled', (whole, lines, cancelled) => {
    expect(cancelsAll(orderOf('confirmed', lines), pieces(...cancelled))).toBe(whole);
  });
});

describe('What is left of an order', () => {
  it.each<[string, OrderStatus, Line, number, number, object]>([
    ['lives on', 'confirmed', [3, 0, 0], 3000, 1, { status: 'confirmed', total: 2000 }],
    ['is still to be shipped in part', 'confirmed', [3, 1, 0], 3000, 1, { status: 'confirmed', total: 2000 }],
    [
      'is completed',
      'confirmed',
      [3, 1, 1],
      3000,
      1,
      { status: 'completed', fulfillmentStatus: 'fulfilled', total: 1000 },
    ],
    ['is still to be paid', 'pending', [3, 0, 0], 1000, 1, { status: 'pending', total: 2000 }],
    [
      'is covered by what was paid',
      'pending',
      [3, 0, 0],
      1000,
      2,
      { status: 'confirmed', total: 1000, reservedUntil: null },
    ],
  ])('%s: %s, %j, authorised %i, %i cancelled', (_, status, line, authorized, quantity, after) => {
    const order = orderOf(status, [line], authorized);
    const reduced = reduceOrder(order, pieces(quantity));
    expect(reduced.amount).toBe(quantity * 1000);
    expect(reduced.order).toMatchObject(after);
    expect(reduced.order.lines[0]!.cancelledQuantity).toBe(line[2] + quantity);
  });
});

describe('An order that ends', () => {
  it.each(['cancel', 'expire'] as const)('keeps its total and its lines, and loses its reservation: %s', (action) => {
    const order = orderOf('pending', [[3, 0, 1]]);
    const status = action === 'cancel' ? 'cancelled' : 'expired';
    expect(endOrder(order, action)).toEqual({ ...order, status, reservedUntil: null, agreedAmount: null });
  });

  it('was not completed before', () => {
    expect(() => endOrder(orderOf('completed', [[3, 3, 0]]), 'cancel')).toThrow(
      expect.objectContaining({ code: 'invalid_transition' }),
    );
  });
});
