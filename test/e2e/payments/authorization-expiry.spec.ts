import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthorizationExpiry } from '../../../src/payments/captures/authorization-expiry.js';
import { Clock } from '../../../src/shared/clock.js';
import { assertBooks } from '../../support/books.js';
import type { OrderBody, PageBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { admin, api, scenario, shopper, worker } from '../../support/scenario.js';

const DAYS = 24 * 60 * 60;

let mug: ProductBody;
let order: OrderBody;
scenario({ env: { LOG_LEVEL: 'fatal' }, worker: true, people: ['shopper', 'admin'], unchecked: true });
beforeEach(async () => {
  mug = await api.product(3);
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 2 }])).body;
});
afterEach(async () => {
  worker.get(Clock).now = () => new Date();
  await assertBooks(api);
});

const PATIENT = { timeout: 15_000 };
const authorize = async (given: object = {}): Promise<PaymentBody> =>
  (await api.pay(shopper, order, { capture: 'manual', ...given })).body;
const operate = (payment: PaymentBody, what: string, body: object = {}) =>
  api.post(`/v1/payments/${payment.id}/${what}`, { token: admin.token, body });
const statuses = async () => {
  const { status, paymentStatus } = await api.orderOf(order);
  return `${status} ${paymentStatus}`;
};
const eventsOf = async (type: string) => {
  const page = await api.get<PageBody<{ type: string; data: object }>>(
    `/v1/orders/${order.id}/timeline?limit=100`,
    admin,
  );
  return page.body.data.filter((event) => event.type === type).map(({ data }) => data);
};
const sweep = () =>
  worker.get(AuthorizationExpiry, { strict: false }).expireDue((_, error) => expect.unreachable(String(error)));
/** The worker's sweep, so many days from now; twice, since the first one only finds out when to come again. */
async function sweepAfter(days: number): Promise<void> {
  await sweep();
  await api.passTime(days * DAYS);
  await sweep();
}

describe('An authorization that nobody captures', () => {
  it('holds as long as its provider says', async () => {
    const payment = await authorize();
    await sweepAfter(6.9);
    expect((await api.paymentOf(payment)).status).toBe('authorized');
    expect(await statuses()).toBe('confirmed authorized');
  });

  it('is given up after that, and with it the order, whose stock is free again', async () => {
    const payment = await authorize();
    expect(await api.stockOf(mug)).toMatchObject({ available: 1 });
    await sweepAfter(7);
    expect((await api.paymentOf(payment)).status).toBe('cancelled');
    expect(await statuses()).toBe('confirmed unpaid');
    worker.get(Clock).now = () => new Date(Date.now() + 1_000_000);
    await expect.poll(statuses, PATIENT).toBe('cancelled unpaid');
    expect(await api.stockOf(mug)).toMatchObject({ onHand: 3, available: 3 });
    expect(await eventsOf('payment.expired')).toMatchObject([{ amount: 2000, reason: 'authorization_expired' }]);
    expect(await eventsOf('order.cancelled')).toMatchObject([{ reason: 'not_paid' }]);
  });

  it('is told of once, however often the worker comes', async () => {
    await authorize();
    await sweepAfter(7);
    await Promise.all([sweepAfter(7), sweepAfter(8)]);
    expect(await eventsOf('payment.expired')).toHaveLength(1);
  });

  it('leaves what was captured of it, and the order', async () => {
    const payment = await authorize();
    await operate(payment, 'captures', { amount: 500 });
    await sweepAfter(7);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', capturedAmount: 500 });
    expect(await eventsOf('payment.expired')).toMatchObject([{ amount: 1500 }]);
    await expect.poll(() => eventsOf('order.cancelled'), PATIENT).toEqual([]);
    expect(await statuses()).toBe('confirmed partially_paid');
  });

  it('leaves an order that was shipped in part', async () => {
    await operate(await authorize(), 'captures', { amount: 1000 });
    const lines = [{ lineId: order.lines[0]?.id, quantity: 1 }];
    const shipped = await api.post(`/v1/orders/${order.id}/fulfillments`, { token: admin.token, body: { lines } });
    expect(shipped.status).toBe(201);
    await sweepAfter(7);
    expect(await eventsOf('payment.expired')).toHaveLength(1);
    expect(await api.orderOf(order)).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'partially_paid',
      reservedUntil: null,
    });
  });

  it('leaves the order to the other half, while that holds', async () => {
    await authorize({ amount: 500 });
    const captured = (await api.pay(shopper, order, { amount: 1500 })).body;
    await sweepAfter(7);
    expect((await api.paymentOf(captured)).status).toBe('captured');
    expect(await statuses()).toBe('confirmed partially_paid');
  });
});

describe('Nothing expires', () => {
  it('of what was captured whole', async () => {
    const payment = await authorize();
    await operate(payment, 'captures');
    await sweepAfter(8);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', capturedAmount: 2000 });
    expect(await eventsOf('payment.expired')).toEqual([]);
  });

  it('of what was voided before', async () => {
    await operate(await authorize(), 'cancellation');
    await sweepAfter(8);
    expect(await eventsOf('payment.expired')).toEqual([]);
    expect((await api.orderOf(order)).status).toBe('confirmed');
  });

  it('of what was charged at once, which costs no look at all', async () => {
    await api.pay(shopper, order);
    expect(
      await api.sql(
        `SELECT 1 FROM payment_attempts WHERE next_check_at IS NOT NULL AND created_at > now() - interval '1 second'`,
      ),
    ).toEqual([]);
  });
});
