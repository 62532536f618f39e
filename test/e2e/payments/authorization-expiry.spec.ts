import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Reconciler } from '../../../src/payments/index.js';
import { AuthorizationExpiry } from '../../../src/payments/captures/authorization-expiry.js';
import type { Authorization } from '../../../src/payments/captures/authorizations.repository.js';
import { AuthorizationExpiryJob } from '../../../src/payments/captures/authorization-expiry.schedule.js';
import { LapsedAuthorizations } from '../../../src/payments/captures/lapsed-authorizations.js';
import { OperationUnderWay } from '../../../src/payments/domain/payment.errors.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId } from '../../../src/shared/ids.js';
import { assertBooks } from '../../support/books.js';
import type { OrderBody, PageBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { admin, api, scenario, shopper, worker } from '../../support/scenario.js';

const DAYS = 24 * 60 * 60;

let mug: ProductBody;
let order: OrderBody;
scenario({ env: { LOG_LEVEL: 'fatal' }, worker: true, people: ['shopper', 'admin'], unchecked: true });
/** Authorizations are looked at when a test says so. */
beforeAll(() => void Object.assign(worker.get(AuthorizationExpiryJob), { jobs: [] }));
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
const sweep = (failed: (error: unknown) => void = (error) => expect.unreachable(String(error))) =>
  worker.get(AuthorizationExpiry, { strict: false }).expireDue({ failed: (_, error) => failed(error) });
/** The same, while the return of what an order owes may be voiding the same authorization. */
const sweepBesideReturns = () => sweep((error) => expect(error).toBeInstanceOf(OperationUnderWay));
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

/** The provider holds nothing of it any more, and says no to whoever wants to void it. */
const refuse = ({ id }: PaymentBody) =>
  api.sql(
    `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
     VALUES (gen_random_uuid(), $1, 'void', 2000, 'EUR', 'till_test', 'succeeded')`,
    [decodeId('pay', id)],
  );
const voidsOf = async ({ id }: PaymentBody) => {
  const counted = `SELECT count(*)::int AS voids FROM payment_attempts WHERE payment_id = $1 AND kind = 'void'`;
  return (await api.sql(counted, [decodeId('pay', id)]))[0]!['voids'];
};
/** The worker comes again, once what it claimed is free again. */
const sweepAgain = async () => {
  await api.passTime(601);
  await sweep();
};
const refusedAuthorization = async (): Promise<PaymentBody> => {
  const payment = await authorize();
  await refuse(payment);
  return payment;
};
/** Such a payment after its expiry, which the worker recorded by itself. */
const lapsed = async (): Promise<PaymentBody> => {
  const payment = await refusedAuthorization();
  await sweepAfter(7);
  for (let tries = 1; tries < 5; tries++) await sweepAgain();
  expect((await api.paymentOf(payment)).status).toBe('cancelled');
  // By this name the provider tells of it.
  const id = decodeId('pay', payment.id);
  await api.sql('UPDATE payments SET reference = $2 WHERE id = $1', [id, `sbx_${id}`]);
  return payment;
};

describe('An authorization that its provider refuses to void after its end', () => {
  it('is tried five times, then recorded as expired, and its order goes the way of any other', async () => {
    const payment = await refusedAuthorization();
    await sweepAfter(7);
    for (let tries = 2; tries < 5; tries++) {
      await sweepAgain();
      expect([(await api.paymentOf(payment)).status, await voidsOf(payment)]).toEqual(['authorized', tries]);
    }
    await sweepAgain();
    expect((await api.paymentOf(payment)).status).toBe('cancelled');
    expect(await statuses()).toBe('confirmed unpaid');
    expect(await eventsOf('payment.expired')).toMatchObject([{ amount: 2000 }]);
    await sweepAgain();
    expect(await voidsOf(payment)).toBe(6);
    worker.get(Clock).now = () => new Date(Date.now() + 1_000_000);
    await expect.poll(statuses, PATIENT).toBe('cancelled unpaid');
    expect(await api.stockOf(mug)).toMatchObject({ onHand: 3, available: 3 });
    expect(await eventsOf('payment.expired')).toHaveLength(1);
  });

  it('keeps what was captured of it', async () => {
    const payment = await authorize();
    await operate(payment, 'captures', { amount: 500 });
    await refuse(payment);
    await sweepAfter(7);
    for (let tries = 1; tries < 5; tries++) await sweepAgain();
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', capturedAmount: 500 });
    expect(await eventsOf('payment.expired')).toMatchObject([{ amount: 1500 }]);
  });

  it('is recorded as expired once, by whichever worker is first', async () => {
    const payment = await refusedAuthorization();
    await sweepAfter(7);
    for (let tries = 2; tries < 5; tries++) await sweepAgain();
    await operate(payment, 'cancellation');
    const [authorization] = await api.sql(
      `SELECT a.id, a.payment_id AS "paymentId", p.order_id AS "orderId", a.created_at AS "createdAt" FROM payment_attempts a
       JOIN payments p ON p.id = a.payment_id WHERE p.id = $1 AND a.kind = 'authorize'`,
      [decodeId('pay', payment.id)],
    );
    const end = new Date((authorization!['createdAt'] as Date).getTime() + 7 * DAYS * 1000);
    const expiry = worker.get(LapsedAuthorizations, { strict: false });
    const both = await Promise.all([1, 2].map(() => expiry.expire(authorization as unknown as Authorization, end)));
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await eventsOf('payment.expired')).toHaveLength(1);
  });

  it('releases what people have to return of a cancelled order', async () => {
    const payment = await refusedAuthorization();
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
    await sweepBesideReturns();
    await api.passTime(7 * DAYS);
    const statusLater = async () => {
      await api.passTime(601);
      await sweepBesideReturns();
      return (await api.paymentOf(payment)).status;
    };
    await expect.poll(statusLater, PATIENT).toBe('cancelled');
    expect(await statuses()).toBe('cancelled unpaid');
    const owed = `SELECT state FROM obligations WHERE order_id = $1`;
    await expect.poll(() => api.sql(owed, [decodeId('ord', order.id)]), PATIENT).toEqual([{ state: 'settled' }]);
  });

  it('stays so when the provider says later that it released it', async () => {
    const payment = await lapsed();
    const office = sandboxOffice(api);
    const told = [
      await office.webhook(payment, { type: 'expired', amount: 2000 }),
      await office.webhook(payment, { type: 'voided', amount: 2000 }),
    ];
    for (const one of told) expect((await office.send(one)).status).toBe(200);
    await expect.poll(() => office.fates(...told), PATIENT).toEqual(['ignored', 'ignored']);
  });

  it('goes to people, twice, if it turns out to be captured', async () => {
    const payment = await lapsed();
    const office = sandboxOffice(api);
    const told = await office.make(payment, { type: 'captured', amount: 2000 });
    expect((await office.send(told)).status).toBe(200);
    await expect.poll(() => office.fates(told), PATIENT).toEqual(['quarantined']);
    const today = new Date().toISOString().slice(0, 10);
    await api.app.get(Reconciler, { strict: false }).run('sandbox', today, () => undefined);
    const id = decodeId('pay', payment.id);
    const named = `SELECT d.reason FROM reconciliation_differences d JOIN sandbox.operations s USING (attempt_id) WHERE s.payment_id = $1`;
    expect(await api.sql(named, [id])).toEqual([{ reason: 'missing_in_ledger' }]);
    await api.sql(`DELETE FROM sandbox.operations WHERE payment_id = $1 AND kind = 'capture'`, [id]);
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
