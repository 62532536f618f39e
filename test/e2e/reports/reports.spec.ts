import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { admin, api, finance, mug, place, scenario, shopper, stranger } from '../../support/scenario.js';

interface Report {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly totals: readonly Readonly<Record<string, unknown>>[];
  readonly more: boolean;
}

scenario({ people: ['shopper', 'stranger', 'finance', 'admin'], mugs: 1000, asRole: 'running' });

const read = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
  (await api.get<Report>(`/v1/reports/${path}`, finance, headers)).body;
const parcel = async () => {
  const body = { name: 'Parcel', currency: 'EUR', price: 499 };
  return (await api.post<{ id: string }>('/v1/shipping-methods', { token: admin.token, body, key: null })).body.id;
};
const table = async (path: string) => {
  const headers = { accept: 'text/csv', authorization: `Bearer ${finance.token}` };
  const answer = await fetch(`${api.url}/v1/reports/${path}`, { headers });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    lines: (await answer.text()).split('\r\n'),
  };
};

const dollars = async () =>
  Object.fromEntries(
    (await read('sales?by=product')).rows
      .filter(({ currency }) => currency === 'USD')
      .map(({ sku, gross, refunded, orders }) => [String(sku), [gross, refunded, orders] as const]),
  );

describe('Money of an order by product', () => {
  let evil: ProductBody;
  let order: OrderBody;
  let payment: PaymentBody;
  beforeAll(async () => {
    evil = await api.product(10, {
      sku: '@SUM(1)',
      name: '=HYPERLINK("http://x","y")',
      price: { amount: 1, currency: 'USD' },
    });
    const odd = await api.product(10, { sku: 'odd', name: 'Odd', price: { amount: 2, currency: 'USD' } });
    const lines = [
      { productId: evil.id, quantity: 1 },
      { productId: odd.id, quantity: 1 },
    ];
    order = (await api.place(shopper, lines, { given: { currency: 'USD' } })).body;
  });
  it('that is paid in parts comes to the price of each line', async () => {
    for (const amount of [1, 1]) await api.pay(shopper, order, { amount });
    const grosses = Object.values(await dollars()).map(([gross]) => Number(gross));
    expect(grosses.reduce((sum, gross) => sum + gross, 0)).toBe(2);
    payment = (await api.pay(shopper, order, { amount: 1 })).body;
    expect(await dollars()).toEqual({ '@SUM(1)': [1, 0, 1], odd: [2, 0, 1] });
  });

  it('that is refunded by line belongs to the line', async () => {
    const [line] = order.lines;
    const refunded = await api.refund(finance, payment, { lines: [{ lineId: line!.id, quantity: 1 }] });
    expect(refunded.status).toBe(201);
    expect(await dollars()).toEqual({ '@SUM(1)': [1, 1, 1], odd: [2, 0, 1] });
  });

  it('is text in a table, whatever spreadsheets take it for', async () => {
    const { type, lines } = await table('sales?by=product');
    expect(type).toMatch(/^text\/csv; charset=utf-8/);
    expect(lines[0]).toBe('key,sku,name,currency,gross,refunded,net,orders,average');
    expect(lines.filter((line) => line.includes('SUM'))).toEqual([
      `${evil.id},'@SUM(1),"'=HYPERLINK(""http://x"",""y"")",USD,1,1,0,1,1`,
    ]);
  });
});

const euros = ({ rows }: Report) =>
  rows.filter(({ currency }) => currency === 'EUR').map(({ key, gross }) => [key, gross]);

it('Shipping belongs to no product, and the money of an order to its day, its customer and its currency', async () => {
  const method = await parcel();
  const order = (
    await api.place(shopper, [{ productId: mug.id, quantity: 1 }], {
      given: { shippingMethod: method, shippingAddress: { country: 'GB' } },
    })
  ).body;
  await api.pay(shopper, order);
  expect(euros(await read('sales?by=product'))).toEqual([
    [mug.id, 1000],
    [null, 499],
  ]);
  expect(euros(await read('sales?by=customer'))).toEqual([[shopper.id, 1499]]);
  expect(euros(await read('sales?by=currency'))).toEqual([['EUR', 1499]]);
  const { totals } = await read('sales?limit=1');
  expect(totals).toContainEqual({ currency: 'EUR', gross: 1499, refunded: 0, net: 1499, orders: 1, average: 1499 });
});

describe('Customers', () => {
  it('come, buy and return', async () => {
    await place();
    await api.place(stranger, [{ productId: (await api.product()).id, quantity: 1 }]);
    const today = new Date().toISOString().slice(0, 10);
    const [row] = (await read('customers')).rows;
    expect(row).toMatchObject({ key: today, registered: 2, buying: 2, firstTime: 2, returning: 0 });
    await api.sql(`UPDATE orders SET created_at = created_at - interval '40 days' WHERE customer_id = $1`, [
      decodeId('usr', shopper.id),
    ]);
    await place();
    expect((await read('customers')).rows[0]).toMatchObject({ buying: 2, firstTime: 1, returning: 1, orders: 2 });
    expect((await table('customers')).lines[1]).toBe(`${today},2,2,1,1,2`);
  });
});

describe('Activity', () => {
  it('is sign-ins, orders and changes of each person', async () => {
    const account = { email: 'clerk@till.test', password: 'a long enough password' };
    const made = await api.post<{ id: string }>('/v1/auth/register', {
      body: { ...account, name: 'Clerk' },
      key: null,
    });
    for (let times = 0; times < 2; times++) await api.post('/v1/auth/login', { body: account, key: null });
    await api.post('/v1/auth/login', { body: { ...account, password: 'a wrong password' }, key: null });
    const { rows } = await read('activity');
    expect(rows.find(({ userId }) => userId === made.body.id)).toMatchObject({ signIns: 2, orders: 0, changes: 0 });
    const changes = rows.find(({ userId }) => userId === admin.id)?.['changes'] as number;
    await api.product();
    const after = (await read('activity')).rows.find(({ userId }) => userId === admin.id);
    expect(after?.['changes']).toBe(changes + 1);
    expect((await read('activity?limit=1')).more).toBe(true);
  });
});

describe('A report', () => {
  it('needs reports:read', async () => {
    for (const name of ['sales', 'customers', 'activity', 'top-products']) {
      expect((await api.get(`/v1/reports/${name}`, shopper)).status).toBe(403);
      expect((await api.get(`/v1/reports/${name}`, await api.person('support'))).status).toBe(403);
    }
  });

  it.each([
    ['sales?from=2026-02-30', '/from'],
    ['sales?from=2026-01-02&to=2026-01-02', '/to'],
    ['sales?from=2020-01-01&to=2026-01-02', '/to'],
    ['sales?timeZone=Mars/Base', '/timeZone'],
    ['sales?timeZone=%2B01:00', '/timeZone'],
    ['sales?by=colour', '/by'],
    ['sales?limit=0', '/limit'],
    ['customers?by=product', '/by'],
    ['top-products?days=91', '/days'],
  ])('is not of %s', async (path, pointer) => {
    expect(await api.get(`/v1/reports/${path}`, finance)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });

  it('comes as JSON unless a client asks for a table, and as nothing else', async () => {
    expect((await table('sales')).status).toBe(200);
    expect((await api.get('/v1/reports/sales', finance, { accept: 'application/json, text/csv' })).status).toBe(200);
    expect((await api.get('/v1/reports/sales', finance, { accept: 'text/html' })).status).toBe(406);
    expect((await api.get('/v1/orders', admin, { accept: 'text/csv' })).status).toBe(406);
  });
});
