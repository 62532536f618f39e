import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { admin, api, finance, scenario, shopper, support } from '../../support/scenario.js';

interface Hit {
  readonly type: string;
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

let bowl: ProductBody;
let order: OrderBody;
let payment: PaymentBody;
scenario({ people: ['shopper', 'support', 'finance', 'admin'], unchecked: true });
beforeAll(async () => {
  bowl = await api.product(100, { sku: 'Bowl-1', name: 'Porcelain bowl', price: { amount: 4990, currency: 'EUR' } });
  order = (await api.place(shopper, [{ productId: bowl.id, quantity: 1 }])).body;
  payment = (await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
  await api.sql(
    `UPDATE users SET email = 'grace@till.test', name = 'Grace Hopper' WHERE id = (SELECT customer_id FROM orders)`,
  );
});

const search = async (q: string, token = support.token) => {
  const { status, body } = await api.request<{ data: Hit[] }>(`GET /v1/search?q=${encodeURIComponent(q)}`, { token });
  expect(status).toBe(200);
  return body.data;
};
const idsOf = (hits: readonly Hit[]) => hits.map(({ id }) => id);

describe('A search', () => {
  it.each<[string, () => string | Promise<string>, () => string[]]>([
    ['the number of an order', () => `#${order.number}`, () => [order.id]],
    ['the id of an order', () => order.id, () => [order.id]],
    ['the id of a payment', () => payment.id, () => [payment.id]],
    ['an e-mail address', () => 'GRACE@till.test', () => [shopper.id, order.id]],
    ['a name', () => 'hopper', () => [shopper.id]],
    ['a sku', () => 'bowl-1', () => [bowl.id]],
    ['words of a product', () => 'porcelain', () => [bowl.id]],
    ['a total', () => '49,90', () => [order.id]],
    ['an id of nothing', () => 'ord_01h455vb4pex5vsknk084sn02q', () => []],
    ['nothing', () => ' ', () => []],
  ])('finds by %s', async (_, q, ids) => {
    expect(idsOf(await search(await q()))).toEqual(ids());
  });

  it("finds by the provider's reference", async () => {
    const [row] = await api.sql('SELECT reference FROM payments');
    expect(idsOf(await search(String(row!['reference'])))).toEqual([payment.id]);
  });

  it('says in words what it found', async () => {
    const [hit] = await search(String(order.number));
    expect(hit).toMatchObject({ type: 'order', title: String(order.number), detail: 'confirmed, paid, 49.90 EUR' });
  });

  it('shows people only to those who may read accounts', async () => {
    expect(idsOf(await search('grace@till.test', finance.token))).toEqual([order.id]);
    expect(await search(shopper.id, finance.token)).toEqual([]);
    expect(idsOf(await search(shopper.id, admin.token))).toEqual([shopper.id]);
  });
});
