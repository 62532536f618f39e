import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrderBody, ProductBody } from '../../support/bodies.js';
import { insist } from '../../support/insist.js';
import { admin, api, conflict, scenario, shopper, stranger } from '../../support/scenario.js';

scenario({ people: ['shopper', 'stranger', 'admin'] });

interface DiscountedBody extends OrderBody {
  readonly discount?: number;
  readonly discounts?: readonly { readonly name: string; readonly amount: number; readonly source: string }[];
}

let mug: ProductBody;
let cup: ProductBody;
const made: string[] = [];

beforeAll(async () => {
  mug = await api.product(100_000, { sku: 'MUG-1', attributes: { color: 'red', sizes: ['S', 'L'] } });
  cup = await api.product(100_000, { sku: 'CUP-1', attributes: { color: 'blue' } });
});
// Promotions apply to all orders, so none stays for the next test.
afterEach(async () => {
  for (const id of made.splice(0)) await api.request(`DELETE /v1/promotions/${id}`, { token: admin.token });
});

const promote = async (given: object) => {
  const body = { name: 'Ten', benefit: 'percent', percentage: '10', ...given };
  const answer = await api.post<{ id: string; code: string }>('/v1/promotions', {
    token: admin.token,
    body,
    key: null,
  });
  expect(answer.status).toBe(201);
  made.push(answer.body.id);
  return answer.body;
};
const order = (given: object = {}, who = shopper) =>
  api.place(
    who,
    [mug, cup].map(({ id }) => ({ productId: id, quantity: 1 })),
    { given },
  );
const discountsOf = async (given: object = {}, who = shopper) => {
  const { status, body } = await order(given, who);
  expect(status).toBe(201);
  return ((body as DiscountedBody).discounts ?? []).map(({ name, amount }) => [name, amount]);
};

describe('A promotion without a code', () => {
  it('applies by itself, in quotes too, until it is archived', async () => {
    const { id } = await promote({});
    const body = { lines: [{ productId: mug.id, quantity: 1 }] };
    const quote = () => api.post<DiscountedBody>('/v1/quotes', { token: shopper.token, body, key: null });
    expect((await quote()).body.discounts).toMatchObject([{ source: 'promotion', name: 'Ten', amount: 100 }]);
    expect(await discountsOf()).toEqual([['Ten', 200]]);
    await api.request(`DELETE /v1/promotions/${id}`, { token: admin.token });
    expect(await discountsOf()).toEqual([]);
    expect((await quote()).body).not.toHaveProperty('discounts');
  });

  it.each<[string, object, object, number | undefined]>([
    ['lines with a sku', { skus: ['mug-1'] }, {}, 100],
    ['lines with an attribute', { attributes: { color: 'red' } }, {}, 100],
    ['lines with one of the values of an attribute', { attributes: { sizes: ['S'] } }, {}, 100],
    ['orders to a country', { countries: ['DE'] }, { shippingAddress: { country: 'de' } }, 200],
    ['orders to another country', { countries: ['DE'] }, { shippingAddress: { country: 'FR' } }, undefined],
    ['a higher subtotal', { subtotal: 2001 }, {}, undefined],
    ['as many pieces', { quantity: 2 }, {}, 200],
  ])('is for %s', async (_, conditions, given, expected) => {
    await promote({ conditions, currency: 'EUR' });
    expect(await discountsOf(given)).toEqual(expected === undefined ? [] : [['Ten', expected]]);
  });

  it('is for some customers, and for the first order of each', async () => {
    await promote({ conditions: { customerIds: [stranger.id] } });
    await promote({ name: 'First', percentage: '20', conditions: { firstOrder: true } });
    expect(await discountsOf()).toEqual([]);
    const newcomer = await api.person();
    expect(await discountsOf({}, newcomer)).toEqual([['First', 400]]);
    expect(await discountsOf({}, newcomer)).toEqual([]);
    expect(await discountsOf({}, stranger)).toEqual([['First', 400]]);
    expect(await discountsOf({}, stranger)).toEqual([['Ten', 200]]);
  });

  it('is one of the best, or all that allow each other', async () => {
    await promote({ combinesWith: ['coupon', 'promotion'] });
    await promote({
      name: 'Three',
      benefit: 'amount',
      percentage: undefined,
      amount: 300,
      currency: 'EUR',
      combinesWith: ['promotion'],
    });
    expect(await discountsOf()).toEqual([
      ['Ten', 200],
      ['Three', 300],
    ]);
    const code = `C${randomUUID().slice(0, 8)}`;
    await promote({ name: 'Coupon', percentage: '50', code, combinesWith: ['promotion'] });
    expect(await discountsOf({ couponCodes: [code] })).toEqual([
      ['Ten', 200],
      ['Coupon', 900],
    ]);
  });

  it('that has not enough left of its budget leaves the next best', async () => {
    await promote({ name: 'Small', percentage: '5' });
    await promote({ budget: 300, currency: 'EUR' });
    expect(await discountsOf()).toEqual([['Ten', 200]]);
    expect(await discountsOf()).toEqual([['Small', 100]]);
  });

  it('is taken exactly as often as it may be, by 60 orders at once', async () => {
    const { id } = await promote({ usageLimit: 20 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => {
        const key = randomUUID();
        const lines = [{ productId: mug.id, quantity: 1 }];
        return insist(() => api.place(admin, lines, { key }));
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(201));
    expect(answers.filter(({ body }) => 'discounts' in body)).toHaveLength(20);
    expect((await api.get<{ used: number }>(`/v1/promotions/${id}`, admin)).body.used).toBe(20);
  }, 60_000);

  it('is refused as a coupon when its conditions are not met', async () => {
    const code = `C${randomUUID().slice(0, 8)}`;
    await promote({ code, conditions: { skus: ['BOOK-1'] } });
    expect(await order({ couponCodes: [code] })).toMatchObject({
      ...conflict('coupon_refused'),
      body: { errors: [{ pointer: '/couponCodes/0', code: 'other_products' }] },
    });
  });
});
