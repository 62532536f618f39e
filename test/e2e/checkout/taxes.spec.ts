import { beforeAll, describe, expect, it, vi } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PaymentBody, PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates, taxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'admin'], worker: true });

interface Tax {
  readonly country: string;
  readonly rate: string;
  readonly net: number;
  readonly tax: number;
}
interface TaxedBody extends PlacedOrderBody {
  readonly tax?: number;
  readonly taxes?: readonly Tax[];
}
interface Vat {
  readonly lines: readonly {
    country: string;
    rate: string;
    currency: string;
    net: number;
    vat: number;
    sales: number;
    refunds: number;
  }[];
}

const PATIENT = { timeout: 15_000, interval: 20 };
const price = (amount: number, currency = 'GBP') => ({ price: { amount, currency } });
let mug: ProductBody;
let book: ProductBody;
let plain: ProductBody;

beforeAll(async () => {
  await importTaxRates(api.app);
  mug = await api.product(100_000, { ...price(999), taxClass: 'standard' });
  book = await api.product(100_000, { ...price(1250), taxClass: 'books' });
  plain = await api.product(100_000, price(1000));
});

const line = ({ id }: { id: string }, quantity: number) => ({ productId: id, quantity });
const to = (country: string, more: object = {}) => ({ shippingAddress: { country, ...more } });
const buy = async (lines: readonly object[], country = 'GB', payment: object = {}) => {
  const { status, body } = await api.checkOut(shopper, lines, payment, { given: to(country) });
  expect(status).toBe(201);
  return body as TaxedBody;
};
const orderOf = async (order: { id: string }) => (await api.orderOf(order)) as TaxedBody;
const report = async (query = '') => (await api.get<Vat>(`/v1/reports/vat${query}`, admin)).body.lines;
const cancel = (order: { id: string }, lineId: string, quantity: number) =>
  api.post<TaxedBody>(`/v1/orders/${order.id}/cancellation`, {
    token: admin.token,
    body: { lines: [{ lineId, quantity }] },
  });
const booked = async ({ id }: { id: string }) =>
  (
    await api.sql(
      `SELECT a.code, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
      [decodeId('ord', id)],
    )
  ).map(({ code, amount }) => [code, amount]);

const refused = (given: object) => api.place(shopper, [line(book, 1)], { given });
const found = (lines: Vat['lines']) => lines.filter(({ currency }) => currency === 'EUR');
const taxTo = async (address: object) =>
  ((await api.place(shopper, [line(mug, 10)], { given: to('US', address) })).body as TaxedBody).tax;
const line1 = (set: string) => `UPDATE order_lines SET ${set} WHERE order_id = $1`;

describe('An order whose prices include British VAT', () => {
  it('shows its taxes, and the ledger has revenue and VAT apart', async () => {
    const order = await buy([line(mug, 3), line(book, 1), line(plain, 1)]);
    // 29.97 with VAT of 20 %: 4.995, half up.
    expect(order).toMatchObject({
      total: 2997 + 1250 + 1000,
      tax: 500,
      taxes: [
        { country: 'GB', category: 'S', rate: '20', net: 2497, tax: 500, gross: 2997 },
        { country: 'GB', category: 'Z', rate: '0', net: 1250, tax: 0, gross: 1250 },
      ],
      lines: [
        {
          total: 2997,
          tax: { mode: 'inclusive', rate: '20', net: 2497, amount: 500, gross: 2997, source: 'test, 2026-11-29' },
        },
        { total: 1250, tax: { category: 'Z', rate: '0', amount: 0 } },
        { total: 1000 },
      ],
    });
    expect(order.lines[2]).not.toHaveProperty('tax');
    expect(order).toMatchObject(await orderOf(order));
    expect(await booked(order)).toEqual([
      ['provider_clearing:sandbox', 5247],
      ['sales', -1000],
      ['sales:GB:S:20', -2497],
      ['sales:GB:Z:0', -1250],
      ['vat_payable:GB:S:20', -500],
    ]);
  });

  it('is cancelled in part and refunded: VAT falls in proportion, and all of it is zero at the end', async () => {
    const order = await buy([line(mug, 3)]);
    // One of three: 4.99 of 5.00 less a third, rounded.
    expect((await cancel(order, order.lines[0]!.id, 1)).body).toMatchObject({
      total: 1998,
      tax: 333,
      taxes: [{ net: 1665, tax: 333 }],
    });
    await vi.waitFor(async () => expect((await orderOf(order)).paymentStatus).toBe('paid'), PATIENT);
    await vi.waitFor(
      async () =>
        expect(await booked(order)).toEqual([
          ['provider_clearing:sandbox', 1998],
          ['refunds:GB:S:20', 832],
          ['sales:GB:S:20', -2497],
          ['vat_payable:GB:S:20', -333],
        ]),
      PATIENT,
    );
    for (const amount of [1, 998, undefined]) {
      const refund = await api.refund(admin, order.payment, amount === undefined ? {} : { amount });
      expect(refund).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    }
    expect(await booked(order)).toEqual([
      ['refunds:GB:S:20', 2497],
      ['sales:GB:S:20', -2497],
    ]);
  });

  it('that ends after it was paid returns all VAT', async () => {
    const order = await buy([line(mug, 7), line(book, 3)]);
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token });
    await vi.waitFor(async () => expect((await orderOf(order)).paymentStatus).toBe('refunded'), PATIENT);
    expect((await booked(order)).map(([code]) => String(code)).filter((code) => /vat|clearing/.test(code))).toEqual([]);
  });

  it('paid in parts, and with store credit, books exactly its VAT', async () => {
    const placed = (await api.place(shopper, [line(mug, 1), line(book, 1)], { given: to('GB') })).body;
    await api.post(`/v1/users/${shopper.id}/store-credit-grants`, {
      token: admin.token,
      body: { amount: 700, currency: 'GBP', reason: 'sorry' },
    });
    await api.pay(shopper, placed, { amount: 333 });
    await api.pay(shopper, placed, { amount: 700, provider: 'store_credit', paymentMethod: 'store_credit' });
    await api.pay(shopper, placed);
    expect(await orderOf(placed)).toMatchObject({ paymentStatus: 'paid', tax: 167 });
    expect((await booked(placed)).filter(([code]) => code === 'vat_payable:GB:S:20')).toEqual([
      ['vat_payable:GB:S:20', -167],
    ]);
    const payments = await api.get<{ data: PaymentBody[] }>(`/v1/orders/${placed.id}/payments`, admin);
    for (const payment of payments.body.data) await api.refund(admin, payment);
    expect((await booked(placed)).filter(([code]) => String(code).startsWith('vat'))).toEqual([]);
  });
});

describe('An order whose prices exclude tax', () => {
  it('costs its tax more, ships, and is cancelled by the piece', async () => {
    const order = await buy([line(mug, 3)], 'CH');
    expect(order).toMatchObject({ total: 2997 + 243, tax: 243, taxes: [{ country: 'CH', rate: '8.1', net: 2997 }] });
    expect(order.payment).toMatchObject({ capturedAmount: 3240 });
    expect((await cancel(order, order.lines[0]!.id, 1)).body).toMatchObject({ total: 2160, tax: 162 });
    await vi.waitFor(async () => expect((await booked(order)).at(-1)).toEqual(['vat_payable:CH:S:8.1', -162]), PATIENT);
    const shipped = await api.post(`/v1/orders/${order.id}/fulfillments`, { token: admin.token });
    expect(shipped.status).toBe(201);
  });

  it('goes out of the country with the reason why no tax is due', async () => {
    const order = await buy([line(mug, 1)], 'us');
    expect(order).toMatchObject({
      total: 999,
      tax: 0,
      lines: [{ tax: { country: 'US', category: 'G', rate: '0', reason: 'Export outside the country' } }],
    });
  });
});

describe('A product with a tax class', () => {
  it('is not sold without a country, to a country without a rate, or to something that is no country', async () => {
    const missing = { code: 'validation_failed', errors: [{ pointer: '/shippingAddress/country', code: 'required' }] };
    expect(await refused({})).toMatchObject({ status: 400, body: missing });
    expect(await refused(to('Britain'))).toMatchObject({ status: 400, body: { errors: [{ code: 'country' }] } });
    expect(await refused(to('CH'))).toMatchObject(conflict('tax_rate_missing'));
  });

  it('is an order as before without one', async () => {
    const { body } = await api.place(shopper, [line(plain, 2)], { given: to('GB') });
    expect(body).not.toHaveProperty('tax');
    expect(body).not.toHaveProperty('taxes');
    const rows = `SELECT (SELECT count(*) FROM tax_lines WHERE order_id = $1) + (SELECT count(*) FROM tax_groups WHERE order_id = $1) AS n`;
    expect(await api.sql(rows, [decodeId('ord', body.id)])).toEqual([{ n: 0 }]);
  });

  it('changes its class, which null removes', async () => {
    const path = `/v1/products/${(await api.product(1, { taxClass: 'standard' })).id}`;
    const change = (taxClass: unknown) =>
      api.request<ProductBody>(`PATCH ${path}`, { token: admin.token, body: { taxClass } });
    expect((await change('reduced')).body).toMatchObject({ taxClass: 'reduced' });
    expect((await change(null)).body).toMatchObject({ taxClass: null });
    expect(await change('20 %')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/taxClass' }] } });
  });
});

const refundLines = ({ payment }: TaxedBody, ...lines: [line: { id: string } | undefined, quantity: number][]) =>
  api.refund(admin, payment, { lines: lines.map(([one, quantity]) => ({ lineId: one?.id, quantity })) });

/** Another line of the same refund. */
const copy = (set: string) => `INSERT INTO refund_lines (id, refund_id, line_id, quantity, gross, tax)
  SELECT gen_random_uuid(), refund_id, ${set} FROM refund_lines WHERE refund_id = $1`;

describe('A refund of lines', () => {
  it('returns the price of the pieces and the tax of their rate, and the last piece takes the remainder', async () => {
    const order = await buy([line(mug, 3), line(book, 2)]);
    const [mugs, books] = order.lines;
    expect(await refundLines(order, [books, 1])).toMatchObject({
      status: 201,
      body: { amount: 1250, lines: [{ lineId: books!.id, quantity: 1, amount: 1250, tax: 0 }] },
    });
    expect((await booked(order)).find(([code]) => code === 'vat_payable:GB:S:20')).toEqual([
      'vat_payable:GB:S:20',
      -500,
    ]);
    const taxes: number[] = [];
    for (let each = 0; each < 3; each++) {
      const { body } = await refundLines(order, [mugs, 1]);
      expect(body).toMatchObject({ amount: 999, status: 'succeeded' });
      taxes.push((body as unknown as { lines: { tax: number }[] }).lines[0]!.tax);
    }
    expect(taxes).toEqual([167, 166, 167]);
    expect((await booked(order)).filter(([code]) => String(code).startsWith('vat'))).toEqual([]);
    expect(await refundLines(order, [mugs, 1])).toMatchObject(conflict('nothing_to_refund'));
    const refunds = await api.get<{ data: object[] }>(`/v1/payments/${order.payment.id}/refunds`, admin);
    expect(refunds.body.data).toHaveLength(4);
    expect(refunds.body.data.at(-1)).toMatchObject({ lines: [{ amount: 1250 }] });
  });

  it('has no amount beside it, and no lines in its answer without them', async () => {
    const order = await buy([line(mug, 1)]);
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1 }];
    expect(await api.refund(admin, order.payment, { lines, amount: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/amount' }] },
    });
    expect((await api.refund(admin, order.payment, { amount: 1 })).body).not.toHaveProperty('lines');
  });

  it('happens once, whoever asks at the same time', async () => {
    const order = await buy([line(mug, 5), line(plain, 5)]);
    const [, plains] = order.lines;
    const answers = await Promise.all(Array.from({ length: 12 }, () => refundLines(order, [plains, 1])));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(201), ...Array(7).fill(409)]);
    expect(await orderOf(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
  });

  it('is refused by the database beyond what was sold', async () => {
    const order = await buy([line(mug, 2), line(book, 1)]);
    const { body } = await refundLines(order, [order.lines[0], 1]);
    const id = decodeId('rfd', body.id);
    const other = `'${decodeId('lin', order.lines[1]!.id)}'`;
    await expect(api.sql(copy('line_id, 1, 0, 0'), [id])).rejects.toMatchObject({ constraint: 'refund_lines_once' });
    await expect(api.sql(copy('gen_random_uuid(), 1, 1, 0'), [id])).rejects.toMatchObject({
      constraint: 'refund_lines_are_of_their_order',
    });
    await expect(api.sql(copy(`${other}, 1, 1, 0`), [id])).rejects.toMatchObject({
      constraint: 'refund_amount_is_its_lines',
    });
    await expect(api.sql(copy('gen_random_uuid(), 1, 0, 1'), [id])).rejects.toMatchObject({
      constraint: 'refund_lines_tax',
    });
    const second = `WITH r AS (INSERT INTO refunds (id, payment_id, amount, status) SELECT gen_random_uuid(), payment_id, 1, 'pending' FROM refunds WHERE id = $1 RETURNING id)
      INSERT INTO refund_lines (id, refund_id, line_id, quantity, gross, tax) SELECT gen_random_uuid(), r.id, f.line_id, 2, 1, 0 FROM r, refund_lines f WHERE f.refund_id = $1`;
    await expect(api.sql(second, [id])).rejects.toMatchObject({ constraint: 'refund_lines_within_sold' });
  });
});

const OF_PLACED: ReadonlySet<string> = new Set(NOT_QUOTED);
/** An order without what only a placed one has. */
const quotedPart = (body: object) =>
  JSON.stringify(body, (key, value: unknown) => (OF_PLACED.has(key) ? undefined : value));
const quote = (body: object) => api.post<TaxedBody>('/v1/quotes', { token: shopper.token, body, key: null });
const rowsWritten = async () =>
  (
    await api.sql(`SELECT (SELECT last_value FROM order_numbers) AS number, (SELECT count(*) FROM orders) AS orders,
      (SELECT md5(string_agg(s::text, '' ORDER BY s.product_id)) FROM stock_levels s) AS stock,
      (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM idempotency_keys) AS keys`)
  )[0];
const random = (most: number) => Math.floor(Math.random() * most);

describe('A quote', () => {
  it('is the order that is placed from it, but for ids, number and times, and changes nothing', async () => {
    const euros = await api.product(100_000, { ...price(333, 'EUR'), taxClass: 'standard' });
    for (let round = 0; round < 40; round++) {
      const pounds = [mug, book, plain].slice(random(3)).map((product) => line(product, 1 + random(50)));
      const body = random(2)
        ? { lines: pounds, ...to('GB') }
        : { lines: [line(euros, 1 + random(9))], ...to(['GB', 'CH', 'US'][random(3)]!) };
      const before = await rowsWritten();
      const quoted = await quote(body);
      expect(quoted.status).toBe(200);
      expect(await rowsWritten()).toEqual(before);
      const { lines, ...given } = { ...body, expectedTotal: quoted.body.total };
      const placed = await api.place(shopper, lines, { given });
      expect(placed.status).toBe(201);
      expect(JSON.stringify(quoted.body)).toBe(quotedPart(placed.body));
    }
  });

  it('says what placing would refuse', async () => {
    expect(await quote({ lines: [line(mug, 900_000)], ...to('GB') })).toMatchObject(conflict('insufficient_stock'));
    expect(await quote({ lines: [line(book, 1)], ...to('CH') })).toMatchObject(conflict('tax_rate_missing'));
    expect((await quote({ lines: [{ ...line(plain, 1), unitPrice: 1 }] })).status).toBe(403);
    expect((await quote({ lines: [line(plain, 1)], customerId: admin.id })).status).toBe(403);
  });

  it('whose price has changed is not what is charged', async () => {
    const cup = await api.product(10, { ...price(1000), taxClass: 'standard' });
    const body = { lines: [line(cup, 2)], ...to('CH') };
    const { total } = (await quote(body)).body;
    expect(total).toBe(2162);
    await api.request(`PATCH /v1/products/${cup.id}`, { token: admin.token, body: price(1100) });
    const given = { ...to('CH'), expectedTotal: total };
    expect(await api.place(shopper, body.lines, { given })).toMatchObject({
      ...conflict('total_changed'),
      body: {
        code: 'total_changed',
        errors: [{ pointer: '/expectedTotal', message: 'is 2162, but the total is 2378 now' }],
      },
    });
    expect((await api.stockOf(cup)).reserved).toBe(0);
  });
});

describe('The VAT report', () => {
  it('is the balance of the accounts of taxes, for any period', async () => {
    const euros = await api.product(10, { ...price(1200, 'EUR'), taxClass: 'standard' });
    const start = new Date().toISOString();
    const order = await buy([line(euros, 2)]);
    const middle = new Date(Date.now() + 1).toISOString();
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Date.parse(middle)), PATIENT);
    await api.refund(admin, order.payment, { amount: 600 });
    const gb = { country: 'GB', category: 'S', rate: '20', currency: 'EUR' };
    expect(found(await report(`?from=${start}&to=${middle}`))).toEqual([
      { ...gb, sales: 2000, charges: 0, refunds: 0, discounts: 0, net: 2000, vat: 400 },
    ]);
    expect(found(await report(`?from=${middle}`))).toEqual([
      { ...gb, sales: 0, charges: 0, refunds: 500, discounts: 0, net: -500, vat: -100 },
    ]);
    expect(found(await report())).toEqual([
      { ...gb, sales: 2000, charges: 0, refunds: 500, discounts: 0, net: 1500, vat: 300 },
    ]);
  });
});

describe('Tax rates', () => {
  it('are listed, and imported again without a trace', async () => {
    await importTaxRates(api.app);
    const listed = await api.get<{ data: unknown[] }>('/v1/tax-rates?country=CH', admin);
    expect(listed.body.data).toMatchObject([
      {
        zone: 'Switzerland',
        taxClass: 'standard',
        rate: '8.1',
        validFrom: '2024-01-01T00:00:00.000Z',
        validUntil: null,
      },
      { zone: 'Switzerland', rate: '7.7', validUntil: '2024-01-01T00:00:00.000Z' },
    ]);
  });

  it('are imported whole or not at all, and a wrong file is told where', async () => {
    const [zone] = taxRates.zones;
    const wrong = { ...taxRates, zones: [{ ...zone, rates: [{ ...zone!.rates[0], rate: '20.0' }] }] };
    await expect(importTaxRates(api.app, wrong)).rejects.toMatchObject({
      violations: [{ pointer: '/zones/0/rates/0/rate' }],
    });
  });

  it('that are narrower come first: by postcode, by region', async () => {
    const rates = [{ taxClass: 'standard', category: 'S', rate: '4', label: 'Sales tax', from: '2020-01-01' }];
    const state = { name: 'New York', country: 'US', region: 'NY', pricesIncludeTax: false, rates };
    const city = {
      ...state,
      name: 'City',
      postalFrom: '10001',
      postalTo: '11697',
      rates: [{ ...rates[0], rate: '8.875' }],
    };
    await importTaxRates(api.app, { ...taxRates, zones: [state, city] });
    expect(await taxTo({ region: 'ny', postalCode: '10118' })).toBe(887);
    expect(await taxTo({ region: 'NY', postalCode: '14201' })).toBe(400);
    expect(await taxTo({ region: 'OH' })).toBe(0);
  });
});

/** A second line, which has a tax and no mode. */
const INSERT_UNMODED = `INSERT INTO order_lines (order_id, position, id, product_id, sku, name, quantity, unit_price, tax)
  SELECT order_id, 2, gen_random_uuid(), product_id, sku, name, 1, 5, 1 FROM order_lines WHERE order_id = $1`;

describe('The database refuses', () => {
  it.each([
    ['a line whose tax has no mode', INSERT_UNMODED, { constraint: 'line_tax_has_a_mode' }],
    ['a changed tax of a line', line1('tax = tax + 1'), { message: expect.stringContaining('append-only') }],
    [
      'a changed tax line',
      'UPDATE tax_lines SET amount = amount + 1 WHERE order_id = $1',
      { message: expect.stringContaining('append-only') },
    ],
    [
      'a group without its lines',
      'UPDATE tax_groups SET tax = tax + 1, net = net - 1 WHERE order_id = $1',
      { constraint: 'tax_groups_are_their_lines' },
    ],
    [
      'a second group',
      `INSERT INTO tax_groups (order_id, country, category, rate, net, tax) VALUES ($1, 'FR', 'S', 20, 1, 0)`,
      { constraint: 'tax_groups_are_their_lines' },
    ],
    [
      'a tax line of no line',
      `WITH t AS (INSERT INTO tax_lines SELECT order_id, gen_random_uuid(), category, rate, base, amount, country, label, reason, source FROM tax_lines WHERE order_id = $1) UPDATE tax_groups SET net = net - 1, tax = tax + 1 WHERE order_id = $1`,
      { constraint: 'tax_lines_make_the_tax' },
    ],
    [
      'more tax than money booked',
      'UPDATE tax_groups SET booked_tax = booked_gross + 1 WHERE order_id = $1',
      { constraint: 'tax_groups_booked' },
    ],
    ['a cancellation that leaves the tax', line1('cancelled_quantity = 1'), { constraint: 'order_total_is_its_lines' }],
    [
      'a total without the lines',
      'UPDATE orders SET total = total + 1 WHERE id = $1',
      { constraint: 'order_total_is_its_lines' },
    ],
    [
      'a tax on a standard rate of zero',
      `INSERT INTO tax_rates SELECT gen_random_uuid(), zone_id, 'x', 'S', 0, 'l', NULL, now(), NULL, 's' FROM tax_rates WHERE $1::uuid IS NOT NULL LIMIT 1`,
      { constraint: 'tax_rates_zero_by_category' },
    ],
    [
      'two rates from one day',
      `INSERT INTO tax_rates SELECT gen_random_uuid(), zone_id, tax_class, category, rate, 'l', NULL, valid_from, NULL, 's' FROM tax_rates WHERE $1::uuid IS NOT NULL LIMIT 1`,
      { constraint: 'tax_rates_start' },
    ],
  ])('%s', async (_, statement, error) => {
    const order = await buy([line(mug, 3)]);
    await expect(api.sql(statement, [decodeId('ord', order.id)])).rejects.toMatchObject(error);
  });
});
