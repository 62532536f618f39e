import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody } from '../../support/bodies.js';
import { grouped } from '../../support/grouped.js';
import { api, place, scenario, shopper } from '../../support/scenario.js';

scenario({ mugs: 100 });

/** Somebody else changes the order, and its version with it. */
const change = ({ id }: OrderBody) =>
  api.sql(`UPDATE orders SET version = version + 1, metadata = '{"changed": true}' WHERE id = $1`, [
    decodeId('ord', id),
  ]);

describe('An order that was just placed', () => {
  it('is paid as it is', async () => {
    const order = await place();
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured', capturedAmount: order.total });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', version: 2 });
  });

  it('is paid as it is after a change', async () => {
    const order = await place();
    await change(order);
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured' });
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'paid', version: 3, metadata: { changed: true } });
  });

  it('that is cancelled meanwhile is not paid', async () => {
    const order = await place();
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
    const tooMuch = { amount: order.total + 1 };
    expect((await api.pay(shopper, order, tooMuch)).body).toMatchObject({ code: 'invalid_transition' });
    expect((await api.pay(shopper, order)).body).toMatchObject({ code: 'invalid_transition' });
  });

  it('of somebody else is not there', async () => {
    const order = await place();
    expect((await api.pay(await api.person(), order)).status).toBe(404);
    expect((await api.pay(shopper, order)).status).toBe(201);
  });

  it('is not paid under a key that stood for another payment', async () => {
    const key = randomUUID();
    const [first, second] = [await place(), await place()];
    expect((await api.pay(shopper, first, {}, { key })).status).toBe(201);
    expect((await api.pay(shopper, second, {}, { key })).body).toMatchObject({ code: 'idempotency_key_reused' });
    expect(await api.orderOf(second)).toMatchObject({ paymentStatus: 'unpaid' });
  });

  it('is not paid under a key that stood for a refusal', async () => {
    const key = randomUUID();
    const [first, second] = [await place(), await place()];
    const amount = first.total + 1;
    const refused = await api.pay(shopper, first, { amount }, { key });
    expect(refused.status).toBe(409);
    expect((await api.pay(shopper, second, {}, { key })).body).toMatchObject({ code: 'idempotency_key_reused' });
    expect((await api.pay(shopper, first, { amount }, { key })).text).toBe(refused.text);
    expect(await api.orderOf(second)).toMatchObject({ paymentStatus: 'unpaid' });
  });

  it('is paid with others that have changed, in one group', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, place));
    await change(orders[2]!);
    const paid = await grouped(api.app.get(Transaction), orders.length, () =>
      Promise.all(orders.map((order) => api.pay(shopper, order))),
    );
    expect(paid.map(({ body }) => body.status)).toEqual(orders.map(() => 'captured'));
  });
});
