import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import type { LineId, OrderId, ProductId, UserId } from '../../shared/ids.js';
import { fulfillOrder } from './fulfill-order.js';
import type { Order } from './order.js';
import { noMoney } from './order-money.js';

const lineId = (n: number) => `00000000-0000-7000-8000-00000000000${n}` as LineId;

/** A confirmed and paid order of lines with (ordered, shipped) pieces that cost 1,000 each. */
const orderOf = (...lines: readonly (readonly [quantity: number, shipped: number])[]): Order => {
  const total = lines.reduce((sum, [quantity]) => sum + 1000 * quantity, 0);
  return frozen({
    ...noMoney,
    id: '00000000-0000-7000-8000-0000000000ff' as OrderId,
    number: 1,
    customerId: '' as UserId,
    currency: 'EUR',
    status: 'confirmed',
    fulfillmentStatus: 'unfulfilled',
    total,
    authorizedAmount: total,
    capturedAmount: total,
    reservedUntil: null,
    shippingAddress: null,
    metadata: {},
    version: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    lines: lines.map(([quantity, fulfilledQuantity], n) => ({
      id: lineId(n),
      productId: '' as ProductId,
      sku: '',
      name: '',
      unitPrice: 1000,
      quantity,
      fulfilledQuantity,
      cancelledQuantity: 0,
    })),
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

  it.each([
    ['more than is left', pieces(0, 3)],
    ['a line of another order', pieces(7, 1)],
  ])('of %s is refused', (_, wanted) => {
    expect(() => fulfillOrder(orderOf([3, 1]), [wanted])).toThrow(
      expect.objectContaining({ code: 'nothing_to_fulfill' }),
    );
  });
});
