import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { LineBody, OrderBody, PageBody } from '../../support/bodies.js';
import { api, conflict, placeAndPay, placeEach as place, scenario, shopper, support } from '../../support/scenario.js';

scenario({ people: ['shopper', 'support'] });

const part = (line: LineBody | undefined, quantity: number) => ({ lines: [{ lineId: line?.id, quantity }] });
const cancel = ({ id }: OrderBody, { token }: Person, body: object = {}) =>
  api.post<OrderBody>(`/v1/orders/${id}/cancellation`, { token, body });
const fulfill = ({ id }: OrderBody, body: object = {}) =>
  api.post(`/v1/orders/${id}/fulfillments`, { token: support.token, body });
const countAccepted = async (answers: Promise<{ status: number }>[]) =>
  (await Promise.all(answers)).filter(({ status }) => status === 201).length;
const events = async ({ id }: OrderBody) =>
  (await api.get<PageBody<{ type: string; data: object }>>(`/v1/orders/${id}/timeline`, shopper)).body.data;

describe('Of an order of which nothing has left', () => {
  it('a customer cancels some pieces: the total falls, their stock is free, the rest is shipped', async () => {
    const [mug, plate] = [await api.product(5), await api.product(5)];
    const order = await placeAndPay(2, mug, plate);
    const cancelled = await cancel(order, shopper, { ...part(order.lines[1], 1), reason: 'one is enough' });
    expect(cancelled).toMatchObject({
      status: 201,
      body: {
        status: 'confirmed',
        total: 3000,
        paymentStatus: 'paid',
        lines: [
          { quantity: 2, cancelledQuantity: 0, total: 2000 },
          { quantity: 2, cancelledQuantity: 1, total: 1000 },
        ],
      },
    });
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    expect(await api.stockOf(plate)).toEqual({ onHand: 5, reserved: 1, available: 4 });
    const [newest] = await events(order);
    expect(newest).toMatchObject({
      type: 'order.reduced',
      data: {
        lines: [{ lineId: order.lines[1]?.id, quantity: 1 }],
        amount: 1000,
        total: 3000,
        reason: 'one is enough',
      },
    });
    expect(await fulfill(order)).toMatchObject({ status: 201, body: { lines: [{ quantity: 2 }, { quantity: 1 }] } });
    expect(await api.orderOf(order)).toMatchObject({
      status: 'completed',
      fulfillmentStatus: 'fulfilled',
      total: 3000,
    });
    expect(await api.stockOf(plate)).toEqual({ onHand: 4, reserved: 0, available: 4 });
  });

  it('all pieces cancelled, by name or in steps, end it', async () => {
    const mug = await api.product(9);
    const named = await placeAndPay(2, mug);
    expect((await cancel(named, shopper, part(named.lines[0], 2))).body).toMatchObject({
      status: 'cancelled',
      total: 2000,
    });
    const stepwise = await placeAndPay(2, mug);
    await cancel(stepwise, shopper, part(stepwise.lines[0], 1));
    expect((await cancel(stepwise, shopper)).body).toMatchObject({ status: 'cancelled', total: 1000 });
    expect((await events(stepwise)).map(({ type }) => type).slice(0, 2)).toEqual(['order.cancelled', 'order.reduced']);
    expect(await api.stockOf(mug)).toEqual({ onHand: 9, reserved: 0, available: 9 });
  });

  it('a part cancelled before it is paid lowers what is to be paid, and confirms it when that was paid', async () => {
    const mug = await api.product(9);
    const order = await place(3, mug);
    expect((await cancel(order, shopper, part(order.lines[0], 1))).body).toMatchObject({
      status: 'pending',
      total: 2000,
    });
    expect((await api.pay(shopper, order, { amount: 1000 })).body).toMatchObject({ status: 'captured' });
    const { body } = await cancel(order, shopper, part(order.lines[0], 1));
    expect(body).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', total: 1000, reservedUntil: null });
    expect((await events(order)).map(({ type }) => type).slice(0, 2)).toEqual(['order.confirmed', 'order.reduced']);
    expect(await api.pay(shopper, order)).toMatchObject(conflict('order_not_payable'));
    expect(await api.stockOf(mug)).toEqual({ onHand: 9, reserved: 1, available: 8 });
  });
});

describe('Of an order that was shipped in part', () => {
  it('customers cancel nothing any more, staff all that is left: it completes with what was shipped', async () => {
    const mug = await api.product(5);
    const order = await placeAndPay(2, mug);
    await fulfill(order, part(order.lines[0], 1));
    expect(await cancel(order, shopper)).toMatchObject(conflict('order_partly_shipped'));
    expect(await cancel(order, shopper, part(order.lines[0], 1))).toMatchObject(conflict('order_partly_shipped'));
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', total: 2000 });
    expect(await api.stockOf(mug)).toEqual({ onHand: 4, reserved: 1, available: 3 });
    expect(await cancel(order, support)).toMatchObject({
      status: 201,
      body: {
        status: 'completed',
        fulfillmentStatus: 'fulfilled',
        total: 1000,
        lines: [{ quantity: 2, fulfilledQuantity: 1, cancelledQuantity: 1, total: 1000 }],
      },
    });
    expect(await api.stockOf(mug)).toEqual({ onHand: 4, reserved: 0, available: 4 });
    expect((await events(order)).map(({ type }) => type).slice(0, 2)).toEqual(['order.completed', 'order.reduced']);
    expect(await cancel(order, support)).toMatchObject(conflict('invalid_transition'));
  });

  it('staff cancel a part of what is left, and the rest is shipped', async () => {
    const mug = await api.product(5);
    const order = await placeAndPay(4, mug);
    await fulfill(order, part(order.lines[0], 1));
    expect((await cancel(order, support, part(order.lines[0], 1))).body).toMatchObject({
      status: 'confirmed',
      total: 3000,
    });
    expect(await fulfill(order, part(order.lines[0], 3))).toMatchObject(conflict('nothing_to_fulfill'));
    expect((await fulfill(order)).body).toMatchObject({ lines: [{ quantity: 2 }] });
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 3000 });
    expect(await api.stockOf(mug)).toEqual({ onHand: 2, reserved: 0, available: 2 });
  });
});

describe('A cancellation is refused as a whole', () => {
  it.each([
    ['more pieces than are left', (order: OrderBody) => part(order.lines[0], 3), 409, 'nothing_to_cancel'],
    [
      'a line of nobody',
      () => ({ lines: [{ lineId: 'lin_01h455vb4pex5vsknk084sn02q', quantity: 1 }] }),
      409,
      'nothing_to_cancel',
    ],
    ['no lines', () => ({ lines: [] }), 400, 'validation_failed'],
    ['no pieces', (order: OrderBody) => part(order.lines[0], 0), 400, 'validation_failed'],
    [
      'a line twice',
      ({ lines: [line] }: OrderBody) => ({ lines: [part(line, 1).lines[0], part(line, 1).lines[0]] }),
      400,
      'validation_failed',
    ],
  ])('for %s', async (_, body, status, code) => {
    const mug = await api.product(5);
    const order = await placeAndPay(2, mug);
    const before = await api.orderOf(order);
    expect(await cancel(order, shopper, body(order))).toMatchObject({ status, body: { code } });
    expect(await api.orderOf(order)).toEqual(before);
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
  });
});

it('Pieces are either shipped or cancelled, whoever comes first', async () => {
  const mug = await api.product(50);
  const order = await placeAndPay(10, mug);
  const ships = Array.from({ length: 10 }, () => fulfill(order, part(order.lines[0], 1)));
  const cancels = Array.from({ length: 10 }, () => cancel(order, support, part(order.lines[0], 1)));
  const [shipped, cancelled] = [await countAccepted(ships), await countAccepted(cancels)];
  expect(shipped + cancelled).toBe(10);
  const after = await api.orderOf(order);
  expect(after).toMatchObject({
    status: shipped > 0 ? 'completed' : 'cancelled',
    // The last piece of an order that ends as a whole stays in its total.
    total: Math.max(1, shipped) * 1000,
    lines: [{ fulfilledQuantity: shipped }],
  });
  expect(await api.stockOf(mug)).toEqual({ onHand: 50 - shipped, reserved: 0, available: 50 - shipped });
});

describe('The database refuses', () => {
  it.each([
    ['a total that is not its lines', 'UPDATE orders SET total = total + 1 WHERE id = $1', 'order_total_is_its_lines'],
    [
      'pieces cancelled without the total',
      'UPDATE order_lines SET cancelled_quantity = 1 WHERE order_id = $1',
      'order_total_is_its_lines',
    ],
    ['a line that disappears', 'DELETE FROM order_lines WHERE order_id = $1', 'order_total_is_its_lines'],
    [
      'pieces both shipped and cancelled',
      'UPDATE order_lines SET cancelled_quantity = 1, fulfilled_quantity = 2 WHERE order_id = $1',
      'line_not_overfulfilled',
    ],
  ])('%s', async (_, text, constraint) => {
    const order = await placeAndPay(2, await api.product(5));
    await expect(api.sql(text, [decodeId('ord', order.id)])).rejects.toMatchObject({ constraint });
  });
});
