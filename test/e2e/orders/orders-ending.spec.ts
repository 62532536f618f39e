import { afterEach, describe, expect, it } from 'vitest';
import { OrderExpiry } from '../../../src/orders/orders.worker.module.js';
import { OrdersService } from '../../../src/orders/index.js';
import { Logger } from '../../../src/platform/logging/index.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId, encodeId, newId, type OrderId } from '../../../src/shared/ids.js';
import type { LineBody, OrderBody, PageBody } from '../../support/bodies.js';
import { api, conflict, placeAndPay, placeEach as place, scenario, shopper, support } from '../../support/scenario.js';

scenario({ asRole: 'running', people: ['shopper', 'support'], unchecked: true });
afterEach(() => api.moveClock(0));

const cancel = ({ id }: OrderBody, { token } = shopper, body: object = {}) =>
  api.post<OrderBody>(`/v1/orders/${id}/cancellation`, { token, body });
const fulfill = ({ id }: OrderBody, body: object = {}, { token } = support) =>
  api.post<{ id: string; lines: object[] }>(`/v1/orders/${id}/fulfillments`, { token, body });
const part = (line: LineBody | undefined, quantity: number) => ({ lines: [{ lineId: line?.id, quantity }] });
const expire = ({ id }: OrderBody) => api.app.get(OrdersService).expire(decodeId('ord', id) as OrderId);
const timeline = async ({ id }: OrderBody) =>
  (await api.get<PageBody<{ type: string }>>(`/v1/orders/${id}/timeline`, shopper)).body.data.map(({ type }) => type);

describe('POST /v1/orders/:id/cancellation', () => {
  it('ends the order and gives its stock back', async () => {
    const mug = await api.product(5);
    const order = await place(3, mug);
    expect(await cancel(order, shopper, { reason: 'changed my mind' })).toMatchObject({
      status: 201,
      body: { id: order.id, status: 'cancelled', paymentStatus: 'unpaid', reservedUntil: null, version: 2 },
    });
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    expect(await timeline(order)).toEqual(['order.cancelled', 'order.placed']);
  });

  it('is done once: what has ended can neither be cancelled, paid nor fulfilled', async () => {
    const mug = await api.product(5);
    const order = await place(1, mug);
    await cancel(order);
    expect(await cancel(order)).toMatchObject(conflict('invalid_transition'));
    expect(await api.pay(shopper, order)).toMatchObject(conflict('invalid_transition'));
    expect(await fulfill(order)).toMatchObject(conflict('invalid_transition'));
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('is for the customer and for support, and for nobody else', async () => {
    const order = await place(1, await api.product());
    expect((await cancel(order, await api.person())).status).toBe(404);
    expect((await cancel(order, await api.person('finance'))).status).toBe(404);
    expect((await cancel(order, support)).status).toBe(201);
  });
});

describe('POST /v1/orders/:id/fulfillments', () => {
  it('ships all that is left: the pieces leave, the order is completed', async () => {
    const [mug, plate] = [await api.product(5), await api.product(3)];
    const order = await placeAndPay(2, mug, plate);
    const shipped = await fulfill(order, { carrier: 'DHL', trackingNumber: 'JJD1' });
    expect(shipped).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^ful_/) as string,
        orderId: order.id,
        carrier: 'DHL',
        trackingNumber: 'JJD1',
        lines: order.lines.map(({ id }) => ({ lineId: id, quantity: 2 })),
      },
    });
    expect(await api.orderOf(order)).toMatchObject({
      status: 'completed',
      paymentStatus: 'paid',
      fulfillmentStatus: 'fulfilled',
      lines: [{ fulfilledQuantity: 2 }, { fulfilledQuantity: 2 }],
    });
    expect(await api.stockOf(mug)).toEqual({ onHand: 3, reserved: 0, available: 3 });
    expect(await api.stockOf(plate)).toEqual({ onHand: 1, reserved: 0, available: 1 });
    const happened = ['order.completed', 'order.fulfilled', 'order.confirmed', 'payment.captured', 'order.placed'];
    expect(await timeline(order)).toEqual(happened);
  });

  it('ships in parts, and lists them newest first', async () => {
    const mug = await api.product(5);
    const order = await placeAndPay(3, mug);
    const first = await fulfill(order, part(order.lines[0], 1));
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', fulfillmentStatus: 'partially_fulfilled' });
    expect(await api.stockOf(mug)).toEqual({ onHand: 4, reserved: 2, available: 2 });
    const second = await fulfill(order);
    expect(second.body.lines).toEqual([{ lineId: order.lines[0]?.id, quantity: 2 }]);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', fulfillmentStatus: 'fulfilled' });
    const listed = await api.get<PageBody<object>>(`/v1/orders/${order.id}/fulfillments`, shopper);
    expect(listed.body).toEqual({ data: [second.body, first.body], nextCursor: null });
  });

  it('ships nothing once all the money has gone back', async () => {
    const mug = await api.product(5);
    const order = await placeAndPay(2, mug);
    const [payment] = await api.sql('SELECT id FROM payments WHERE order_id = $1', [decodeId('ord', order.id)]);
    const path = `/v1/payments/${encodeId('pay', payment!['id'] as never)}/refunds`;
    expect((await api.post(path, { token: (await api.admin()).token })).status).toBe(201);
    expect(await fulfill(order)).toMatchObject(conflict('order_not_paid'));
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
  });

  it('ships no more than was ordered, and nothing of a refused shipment', async () => {
    const [mug, plate] = [await api.product(5), await api.product(5)];
    const order = await placeAndPay(2, mug, plate);
    const [one, other] = order.lines;
    const lines = [
      { lineId: one?.id, quantity: 1 },
      { lineId: other?.id, quantity: 3 },
    ];
    expect(await fulfill(order, { lines })).toMatchObject(conflict('nothing_to_fulfill'));
    expect(await fulfill(order, part(order.lines[0], 3))).toMatchObject(conflict('nothing_to_fulfill'));
    const strange = { lines: [{ lineId: encodeId('lin', newId<'lin'>()), quantity: 1 }] };
    expect(await fulfill(order, strange)).toMatchObject(conflict('nothing_to_fulfill'));
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    await fulfill(order);
    expect(await fulfill(order)).toMatchObject(conflict('invalid_transition'));
  });

  it('waits for the money, and is for those who may', async () => {
    const order = await place(1, await api.product());
    expect(await fulfill(order)).toMatchObject(conflict('invalid_transition'));
    await api.pay(shopper, order);
    expect((await fulfill(order, {}, shopper)).status).toBe(403);
    expect((await fulfill(order)).status).toBe(201);
  });
});

describe('a reservation', () => {
  it('runs out: the order expires and its stock is for others', async () => {
    const mug = await api.product(5);
    const order = await place(3, mug);
    api.moveClock(899);
    expect(await expire(order)).toBe(false);
    expect(await api.orderOf(order)).toMatchObject({ status: 'pending' });
    api.moveClock(901);
    expect(await expire(order)).toBe(true);
    expect(await api.orderOf(order)).toMatchObject({ status: 'expired', reservedUntil: null });
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    expect(await timeline(order)).toEqual(['order.expired', 'order.placed']);
    expect(await expire(order)).toBe(false);
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    expect(await cancel(order)).toMatchObject(conflict('invalid_transition'));
    expect(await api.pay(shopper, order)).toMatchObject(conflict('invalid_transition'));
  });

  it('does not run out once the order is paid, nor for one that has ended', async () => {
    const [paid, cancelled] = [await placeAndPay(1, await api.product()), await place(1, await api.product())];
    await cancel(cancelled);
    api.moveClock(100_000);
    expect([await expire(paid), await expire(cancelled)]).toEqual([false, false]);
    expect(await api.orderOf(paid)).toMatchObject({ status: 'confirmed', reservedUntil: null });
  });

  it('is ended by the schedule, all that are due and no other', async () => {
    const orders = [await place(1, await api.product()), await place(1, await api.product())];
    const paid = await placeAndPay(1, await api.product());
    api.moveClock(901);
    const late = await place(1, await api.product());
    await new OrderExpiry(api.app.get(OrdersService), api.app.get(Logger), api.app.get(Clock)).tick();
    const statuses = await Promise.all([...orders, paid, late].map(async (order) => (await api.orderOf(order)).status));
    expect(statuses).toEqual(['expired', 'expired', 'confirmed', 'pending']);
  });
});
