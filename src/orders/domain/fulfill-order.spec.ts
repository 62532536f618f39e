import { describe, expect, it } from 'vitest';
import { lineId, orderHeader, orderLine } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { fulfillOrder } from './fulfill-order.js';
import type { Order } from './order.js';

/** A confirmed and paid order of lines with (ordered, shipped) pieces that cost 1,000 each. */
const orderOf = (...lines: readonly (readonly [quantity: number, shipped: number])[]): Order => {
  const total = lines.reduce((sum, [quantity]) => sum + 1000 * quantity, 0);
  return frozen({
    ...orderHeader({ status: 'confirmed', total, authorizedAmount: total, capturedAmount: total }),
    lines: lines.map((line, n) => orderLine(n, ...line)),
  });
};
const pieces = (n: number, quantity: number) => frozen({ lineId: lineId(n), quantity });

describe('A shipment', () => {
  it('of a part leaves the order confirmed', () => {
    const { order, shipped } = fulfillOrder(orderOf([3, 0], [2, 0]), [pieces(1, 1)]);
    expect(shipped).toEqual([pieces(1, 1)]);
    expect(order).toMatchObject({ status: 'confirmed', fulfillmentStatus: 'partially_fulfilled' });
    expect(order.lines.map(({ fulfilledQuantity }) => fulfilledQuantity)).toEqual([0, 1]);
  });

  it('of nothing named takes all that is left, and completes the order', () => {
    const { order, shipped } = fulfillOrder(orderOf([3, 1], [2, 2]), undefined);
    expect(shipped).toEqual([pieces(0, 2)]);
    expect(order).toMatchObject({ status: 'completed', fulfillmentStatus: 'fulfilled' });
    expect(order.lines.map(({ fulfilledQuantity }) => fulfilledQuantity)).toEqual([3, 2]);
  });

  it('in spite of a lost dispute leaves the rest its time limit, and ends it with the last piece', () => {
    const reservedUntil = new Date(1000);
    const lost = frozen({ ...orderOf([2, 0]), chargedBackAmount: 2000, reservedUntil });
    const { order: first } = fulfillOrder(lost, [pieces(0, 1)], true);
    expect(first).toMatchObject({ status: 'confirmed', reservedUntil });
    expect(fulfillOrder(frozen(first), undefined, true).order).toMatchObject({
      status: 'completed',
      reservedUntil: null,
    });
  });

  it.each([
    ['more than is left', pieces(0, 3)],
    ['a line of another order', pieces(7, 1)],
  ])('of %s is refused', (_, wanted) => {
    expect(() => fulfillOrder(orderOf([3, 1]), [wanted])).toThrow(
      expect.objectContaining({ code: 'nothing_to_fulfill' }),
    );
  });
});
