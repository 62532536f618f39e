import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { paymentStatusOf, paymentStatuses } from '../../../src/orders/domain/order.js';
import { newId } from '../../../src/shared/ids.js';
import { PAYMENT_STATUS } from '../../../src/orders/order-conditions.js';
import type { OrderBody, PageBody, ProductBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { admin, api, mug, scenario, shopper, stranger, support } from '../../support/scenario.js';

type SyncPage = PageBody<OrderBody> & { readonly syncedUntil?: string };

let bowl: ProductBody;
let paid: OrderBody;
let refunded: OrderBody;
let open: OrderBody;
scenario({ people: ['shopper', 'stranger', 'support', 'admin'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  bowl = await api.product(100, { sku: 'Bowl-1' });
  paid = (await api.checkOut(stranger, [{ productId: mug.id, quantity: 2 }])).body;
  refunded = (await api.checkOut(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  const [payment] = (await api.get<PageBody<{ id: string }>>(`/v1/orders/${refunded.id}/payments`, admin)).body.data;
  await api.refund(admin, payment!, { amount: 300 });
  open = (await api.place(shopper, [{ productId: bowl.id, quantity: 1 }])).body;
  await api.sql(
    `UPDATE users SET email = 'Grace@till.test' WHERE id = (SELECT customer_id FROM orders WHERE number = $1)`,
    [paid.number],
  );
});

const find = async (query: string, token = support.token) => {
  const answer = await api.request<SyncPage>(`GET /v1/orders?${query}`, { token });
  expect(answer.status).toBe(200);
  return answer.body.data.map(({ id }) => id);
};

describe('Orders are found', () => {
  it.each<[string, () => string, () => string[]]>([
    ['by number', () => `number=${paid.number}`, () => [paid.id]],
    ['by e-mail in any case', () => 'email=gRACE@till.test', () => [paid.id]],
    ['by payment status', () => 'paymentStatus=partially_refunded', () => [refunded.id]],
    ['paid', () => 'paymentStatus=paid', () => [paid.id]],
    ['unpaid', () => 'paymentStatus=unpaid', () => [open.id]],
    ['by shipment', () => 'fulfillmentStatus=unfulfilled', () => [open.id, refunded.id, paid.id]],
    ['by sku in any case', () => 'sku=bOWL-1', () => [open.id]],
    ['by total', () => 'minTotal=1500&maxTotal=2500&createdFrom=2026-01-01T00:00:00Z', () => [paid.id]],
    ['by the time of placing', () => `createdFrom=${open.createdAt}`, () => [open.id]],
    ['before a time', () => `createdTo=${refunded.createdAt}`, () => [paid.id]],
    ['the oldest first', () => 'sort=createdAt', () => [paid.id, refunded.id, open.id]],
    ['by several of these', () => `sku=${mug.sku}&paymentStatus=paid&status=confirmed`, () => [paid.id]],
  ])('%s', async (_, query, ids) => {
    expect(await find(query())).toEqual(ids());
  });

  it('page by page with any filter, each once', async () => {
    for (const query of [`sku=${mug.sku}`, 'fulfillmentStatus=unfulfilled', 'sort=createdAt']) {
      const ids: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const path: string = `/v1/orders?limit=1&${query}${cursor && `&cursor=${cursor}`}`;
        const { body } = await api.get<SyncPage>(path, support);
        ids.push(...body.data.map(({ id }) => id));
        cursor = body.nextCursor;
      }
      expect(ids).toEqual(await find(query));
    }
  });

  it('only among their own by customers', async () => {
    expect(await find('email=grace@till.test', shopper.token)).toEqual([]);
    expect(await find(`number=${paid.number}`, shopper.token)).toEqual([]);
    expect(await find('paymentStatus=unpaid', shopper.token)).toEqual([open.id]);
  });

  it('not by a total alone, which would read all orders', async () => {
    const answer = await api.get('/v1/orders?minTotal=1', support);
    expect(problemIn(answer)).toMatchObject({ status: 400, errors: [{ pointer: '/minTotal', code: 'too_wide' }] });
  });

  it('by the payment status that the order shows, whatever its amounts', async () => {
    const amounts = [0, 500, 1000, 1500];
    const cases = amounts.flatMap((total) =>
      amounts.flatMap((authorizedAmount) =>
        amounts.flatMap((capturedAmount) =>
          amounts.flatMap((refundedAmount) =>
            [0, 500].flatMap((disputedAmount) =>
              [0, 500, 1000].map((chargedBackAmount) => ({
                total,
                authorizedAmount,
                capturedAmount,
                refundedAmount,
                disputedAmount,
                chargedBackAmount,
              })),
            ),
          ),
        ),
      ),
    );
    const statement = `SELECT ${PAYMENT_STATUS} AS status FROM json_populate_recordset(NULL::orders, $1::json) WITH ORDINALITY o ORDER BY o.ordinality`;
    const rows = cases.map((each) =>
      Object.fromEntries(Object.entries(each).map(([name, value]) => [snake(name), value])),
    );
    const found = (await api.sql(statement, [JSON.stringify(rows)])).map(({ status }) => status);
    expect(found).toEqual(cases.map((each) => paymentStatusOf(each)));
    expect(new Set(found)).toEqual(new Set(paymentStatuses));
  });
});

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Everything that a program finds which reads all pages since a time, and where its next round begins. */
async function sync(since: string): Promise<{ orders: Map<string, OrderBody>; syncedUntil: string }> {
  const orders = new Map<string, OrderBody>();
  let syncedUntil = '';
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/v1/orders?limit=2&updatedSince=${since}${cursor && `&cursor=${cursor}`}`;
    const { body } = await api.get<SyncPage>(path, support);
    for (const order of body.data) orders.set(order.id, order);
    syncedUntil = body.syncedUntil!;
    cursor = body.nextCursor;
  }
  return { orders, syncedUntil };
}

describe('A program that keeps a copy of the orders', () => {
  it('finds each order as it is, those with the oldest change first', async () => {
    const { orders } = await sync('2026-01-01T00:00:00Z');
    expect([...orders.keys()]).toEqual([paid.id, refunded.id, open.id]);
    for (const order of orders.values()) expect(order).toEqual(await api.orderOf(order));
  });

  it('finds each order that changes again, once the outcome is there', async () => {
    const before = await sync('2026-01-01T00:00:00Z');
    await api.post(`/v1/orders/${open.id}/cancellation`, { token: shopper.token });
    await api.post(`/v1/orders/${paid.id}/fulfillments`, { token: admin.token });
    const { orders } = await sync(before.syncedUntil);
    expect(orders.get(open.id)).toMatchObject({ status: 'cancelled' });
    expect(orders.get(paid.id)).toMatchObject({ status: 'completed' });
  });

  it('misses no order whose transaction commits late', async () => {
    const late = new Client({ connectionString: api.settings.DATABASE_URL });
    await late.connect();
    try {
      await late.query('BEGIN');
      await late.query(
        `INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data)
         VALUES ($1, 'order.completed', 'order', $2, 9, $2, '{}')`,
        [newId(), paid.id],
      );
      const later = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
      const first = await sync('2026-01-01T00:00:00Z');
      expect(first.orders.has(later.id)).toBe(true);
      await late.query('COMMIT');
      const { orders } = await sync(first.syncedUntil);
      expect([...orders.keys()]).toContain(paid.id);
    } finally {
      await late.end();
    }
  });

  it('takes no other filter, and needs to see the orders of all', async () => {
    const wrong = await api.get('/v1/orders?updatedSince=2026-01-01T00:00:00Z&status=pending', support);
    expect(problemIn(wrong)).toMatchObject({ status: 400, errors: [{ pointer: '/status' }] });
    const forbidden = await api.get('/v1/orders?updatedSince=2026-01-01T00:00:00Z', shopper);
    expect(problemIn(forbidden)).toMatchObject({ status: 403, code: 'forbidden' });
  });
});
