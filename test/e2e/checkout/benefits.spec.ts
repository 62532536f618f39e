import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'admin'] });

let mug: ProductBody;
let book: ProductBody;
let parcel: string;

const price = (amount: number) => ({ price: { amount, currency: 'GBP' } });
const make = (given: object) => {
  const body = { name: 'Test', code: `C${randomUUID().slice(0, 8)}`, ...given };
  return api.post<{ code: string }>('/v1/promotions', { token: admin.token, body, key: null });
};
const codeOf = async (given: object) => {
  const { status, body } = await make(given);
  expect(status).toBe(201);
  return body.code;
};
const line = ({ id }: { id: string }, quantity: number) => ({ productId: id, quantity });
const place = (lines: readonly object[], codes: readonly string[], more: object = {}) =>
  api.place(shopper, lines, { given: { shippingAddress: { country: 'GB' }, couponCodes: codes, ...more } });
const booked = async ({ id }: { id: string }) =>
  (
    await api.sql(
      `SELECT a.code, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
      [decodeId('ord', id)],
    )
  ).map(({ code, amount }) => [code, amount]);
const OF_PLACED: ReadonlySet<string> = new Set(NOT_QUOTED);
const quotedPart = (body: object) =>
  JSON.stringify(body, (key, value: unknown) => (OF_PLACED.has(key) ? undefined : value));

beforeAll(async () => {
  await importTaxRates(api.app);
  mug = await api.product(1000, { ...price(999), taxClass: 'standard' });
  book = await api.product(1000, { ...price(1250), taxClass: 'books' });
  const method = { name: 'Parcel', currency: 'GBP', price: 499 };
  parcel = (await api.post<{ id: string }>('/v1/shipping-methods', { token: admin.token, body: method, key: null }))
    .body.id;
});

describe('Two for one', () => {
  it('gives the cheapest away, is quoted as it is placed, and goes back piece by piece', async () => {
    const code = await codeOf({ benefit: 'pieces', buyPieces: 2, freePieces: 1 });
    const lines = [line(mug, 2), line(book, 1)];
    const body = { lines, shippingAddress: { country: 'GB' }, couponCodes: [code] };
    const quoted = await api.post<Record<string, unknown>>('/v1/quotes', { token: shopper.token, body, key: null });
    const { shippingOptions: _, ...priced } = quoted.body;
    const order = (await place(lines, [code])).body as PlacedOrderBody;
    expect(JSON.stringify(priced)).toBe(quotedPart(order));
    expect(order).toMatchObject({
      total: 999 + 1250,
      tax: 167,
      discount: 999,
      discounts: [{ benefit: 'pieces', amount: 999 }],
      lines: [{ discount: 999 }, {}],
    });
    const { body: payment } = await api.pay(shopper, order);
    expect(await booked(order)).toContainEqual(['discounts:GB:S:20', 832]);
    for (const { id, quantity } of order.lines)
      for (let piece = 0; piece < quantity; piece++)
        expect(await api.refund(admin, payment, { lines: [{ lineId: id, quantity: 1 }] })).toMatchObject({
          status: 201,
        });
    expect((await booked(order)).filter(([code]) => /vat|discounts|clearing/.test(String(code)))).toEqual([]);
  });

  it('is refused for goods that it is not for, and needs both numbers', async () => {
    const code = await codeOf({ benefit: 'pieces', buyPieces: 1, freePieces: 1, conditions: { skus: ['NONE'] } });
    expect(await place([line(mug, 2)], [code])).toMatchObject(conflict('coupon_refused'));
    for (const [given, pointer] of [
      [{ benefit: 'pieces', buyPieces: 1 }, '/freePieces'],
      [{ benefit: 'pieces', freePieces: 1 }, '/buyPieces'],
      [{ benefit: 'percent', percentage: '10', buyPieces: 1 }, '/buyPieces'],
      [{ benefit: 'shipping', amount: 1, currency: 'GBP' }, '/amount'],
    ] as const)
      expect(await make(given)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});

describe('A coupon for free shipping', () => {
  it('takes the shipping off, with its tax, and books it as a discount', async () => {
    const code = await codeOf({ benefit: 'shipping', currency: 'GBP', conditions: { subtotal: 1000 }, budget: 998 });
    const order = (await place([line(mug, 1), line(book, 1)], [code], { shippingMethod: parcel }))
      .body as PlacedOrderBody;
    expect(order).toMatchObject({
      total: 999 + 1250,
      tax: 167,
      discount: 499,
      charges: [
        { amount: 222, total: 0, tax: { amount: 0 } },
        { amount: 277, total: 0, tax: { amount: 0 } },
      ],
    });
    const { body: payment } = await api.pay(shopper, order);
    expect(await booked(order)).toEqual([
      ['charges:GB:S:20', -185],
      ['charges:GB:Z:0', -277],
      ['discounts:GB:S:20', 185],
      ['discounts:GB:Z:0', 277],
      ['provider_clearing:sandbox', 2249],
      ['sales:GB:S:20', -832],
      ['sales:GB:Z:0', -1250],
      ['vat_payable:GB:S:20', -167],
    ]);
    const chargeId = order.charges![0]!.id;
    expect(await api.refund(admin, payment, { charges: [{ chargeId }] })).toMatchObject(conflict('nothing_to_refund'));
    expect((await place([line(mug, 1)], [code], { shippingMethod: parcel })).body).toMatchObject({
      errors: [{ code: 'subtotal_too_low' }],
    });
    await place([line(mug, 2)], [code], { shippingMethod: parcel });
    expect((await place([line(mug, 2)], [code], { shippingMethod: parcel })).body).toMatchObject({
      errors: [{ code: 'budget_spent' }],
    });
  });

  it('is combined with one for the goods that allows it', async () => {
    const combinesWith = ['coupon'];
    const codes = [
      await codeOf({ benefit: 'shipping', combinesWith }),
      await codeOf({ benefit: 'percent', percentage: '10', combinesWith }),
    ];
    const { body } = await place([line(mug, 1)], codes, { shippingMethod: parcel });
    expect(body).toMatchObject({ total: 899, discounts: [{ amount: 100 }, { benefit: 'shipping', amount: 499 }] });
  });
});

it.each([
  ['pieces without numbers', `'pieces', NULL, NULL, NULL`, 'promotions_benefit_has_a_value'],
  ['no pieces', `'pieces', NULL, 0, 1`, 'promotions_pieces'],
  ['a percentage of shipping', `'shipping', 10, NULL, NULL`, 'promotions_benefit_has_a_value'],
])('The database refuses %s', async (_, values, constraint) => {
  const insert = `INSERT INTO promotions (id, name, benefit, percentage, buy_pieces, free_pieces, combines_with, valid_from)
    VALUES (gen_random_uuid(), 'Test', ${values}, '{}', now())`;
  const failure = await api.sql(insert).catch((error: unknown) => error);
  expect((failure as { constraint?: string }).constraint).toBe(constraint);
});
