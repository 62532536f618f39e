import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { OrdersService } from '../../../src/orders/index.js';
import { decodeId, type OrderId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { insist } from '../../support/insist.js';
import { admin, api, conflict, scenario, shopper, stranger } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'stranger', 'admin'], worker: true });

interface DiscountedBody extends PlacedOrderBody {
  readonly discount?: number;
  readonly discounts?: readonly object[];
  readonly tax?: number;
}
interface PromotionBody {
  readonly id: string;
  readonly code: string;
  readonly used: number | null;
  readonly spent: number | null;
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
const inBritain = { shippingAddress: { country: 'GB' } };
const coupon = async (given: object): Promise<PromotionBody> => {
  const body = { name: 'Test', code: `C${randomUUID().slice(0, 8)}`, currency: 'GBP', ...given };
  const answer = await api.post<PromotionBody>('/v1/promotions', { token: admin.token, body, key: null });
  expect(answer.status).toBe(201);
  return answer.body;
};
const percent = (percentage: string, given: object = {}) => coupon({ benefit: 'percent', percentage, ...given });
const amount = (off: number, given: object = {}) => coupon({ benefit: 'amount', amount: off, ...given });
const together = { combinesWith: ['coupon'] };
const given = (couponCodes: readonly string[], more: object = inBritain) => ({ given: { ...more, couponCodes } });
const placed = async (lines: readonly object[], ...codes: readonly { code: string }[]): Promise<DiscountedBody> => {
  const { status, body } = await api.place(shopper, lines, given(codes.map(({ code }) => code)));
  expect(status).toBe(201);
  return body as DiscountedBody;
};
const bought = async (lines: readonly object[], ...codes: readonly { code: string }[]): Promise<DiscountedBody> => {
  const { status, body } = await api.checkOut(shopper, lines, {}, given(codes.map(({ code }) => code)));
  expect(status).toBe(201);
  return body as DiscountedBody;
};
const orderOf = async (order: { id: string }) => (await api.orderOf(order)) as DiscountedBody;
const counted = async ({ id }: { id: string }) => {
  const { used, spent } = (await api.get<PromotionBody>(`/v1/promotions/${id}`, admin)).body;
  return [used, spent];
};
const cancel = (order: { id: string }, body: object = {}) =>
  api.post<DiscountedBody>(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body });
const booked = async ({ id }: { id: string }) =>
  (
    await api.sql(
      `SELECT a.code, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
      [decodeId('ord', id)],
    )
  ).map(({ code, amount: sum }) => [code, sum]);
const orderWith = (...codes: string[]) => api.place(shopper, [line(plain, 1)], given(codes));
const make = (body: object) => api.post('/v1/promotions', { token: admin.token, body, key: null });
const change = ({ id }: { id: string }, body: object) =>
  api.request<PromotionBody>(`PATCH /v1/promotions/${id}`, { token: admin.token, body });
const line1 = (set: string) => `UPDATE order_lines SET ${set} WHERE order_id = $1`;
const OF_PLACED: ReadonlySet<string> = new Set(NOT_QUOTED);
/** An order without what only a placed one has. */
const quotedPart = (body: object) =>
  JSON.stringify(body, (key, value: unknown) => (OF_PLACED.has(key) ? undefined : value));
const refusal = (code: string, index = 0) => ({
  ...conflict('coupon_refused'),
  body: { code: 'coupon_refused', errors: [{ pointer: `/couponCodes/${index}`, code }] },
});

describe('An order with coupons', () => {
  it('shows what they take off and why, taxes the rest, and books discounts as contra revenue', async () => {
    const [ten, five] = [await percent('10', { ...together, name: 'Ten' }), await amount(500, together)];
    const order = await bought([line(mug, 3), line(book, 1), line(plain, 1)], five, ten);
    // 10 % of 52.47 is 5.247; then 5.00 over what is left: 26.97, 11.25 and 9.00.
    expect(order).toMatchObject({
      total: 5247 - 525 - 500,
      discount: 1025,
      discounts: [
        {
          source: 'coupon',
          code: ten.code,
          promotionId: ten.id,
          name: 'Ten',
          benefit: 'percent',
          percentage: '10',
          amount: 525,
        },
        { source: 'coupon', code: five.code, benefit: 'amount', percentage: null, amount: 500 },
      ],
      lines: [
        { unitPrice: 999, discount: 586, total: 2411, tax: { amount: 402, gross: 2411 } },
        { discount: 244, total: 1006, tax: { amount: 0 } },
        { discount: 195, total: 805 },
      ],
      tax: 402,
    });
    expect(order).toMatchObject(await orderOf(order));
    expect(await booked(order)).toEqual([
      ['discounts', 195],
      ['discounts:GB:S:20', 488],
      ['discounts:GB:Z:0', 244],
      ['provider_clearing:sandbox', 4222],
      ['sales', -1000],
      ['sales:GB:S:20', -2497],
      ['sales:GB:Z:0', -1250],
      ['vat_payable:GB:S:20', -402],
    ]);
  });

  it('without taxes books discounts as well, with store credit too, and returns all of them', async () => {
    const off = await percent('33.3333');
    const order = await placed([line(plain, 1)], off);
    expect(order).toMatchObject({ total: 667, discount: 333 });
    await api.post(`/v1/users/${shopper.id}/store-credit-grants`, {
      token: admin.token,
      body: { amount: 300, currency: 'GBP', reason: 'sorry' },
    });
    const credit = await api.pay(shopper, order, {
      amount: 300,
      provider: 'store_credit',
      paymentMethod: 'store_credit',
    });
    const { body: rest } = await api.pay(shopper, order);
    expect((await booked(order)).filter(([code]) => !/^(provider|store)/.test(String(code)))).toEqual([
      ['discounts', 333],
      ['sales', -1000],
    ]);
    for (const payment of [credit.body, rest]) expect((await api.refund(admin, payment)).status).toBe(201);
    expect(await booked(order)).toEqual([
      ['refunds', 1000],
      ['sales', -1000],
    ]);
  });

  it('is quoted as it is placed, and a quote takes nothing', async () => {
    const ten = await percent('10', { usageLimit: 1 });
    const body = { lines: [line(mug, 2), line(plain, 1)], ...inBritain, couponCodes: [ten.code.toLowerCase()] };
    const quote = () => api.post<DiscountedBody>('/v1/quotes', { token: shopper.token, body, key: null });
    const quoted = await quote();
    expect(quoted).toMatchObject({ status: 200, body: { discount: 300, discounts: [{ amount: 300 }] } });
    expect(await counted(ten)).toEqual([0, 0]);
    const order = await placed(body.lines, ten);
    expect(JSON.stringify(quoted.body)).toBe(quotedPart(order));
    expect(await quote()).toMatchObject(refusal('used_up'));
  });

  it('may cost nothing', async () => {
    const all = await percent('100');
    expect(await bought([line(mug, 1), line(plain, 1)], all)).toMatchObject({ total: 0, tax: 0, payment: null });
  });

  it('is an order as before without one', async () => {
    const order = await placed([line(plain, 1)]);
    expect(order).not.toHaveProperty('discount');
    expect(order).not.toHaveProperty('discounts');
    expect(order.lines[0]).not.toHaveProperty('discount');
  });
});

describe('A refund of a discounted order', () => {
  it('by the piece returns what the piece cost, and all of it in the end', async () => {
    const ten = await percent('10');
    const order = await bought([line(mug, 3), line(plain, 1)], ten);
    const [mugs, plains] = order.lines;
    const returned: number[] = [];
    for (const lineId of [mugs!.id, mugs!.id, mugs!.id, plains!.id]) {
      const { status, body } = await api.refund(admin, order.payment, { lines: [{ lineId, quantity: 1 }] });
      expect(status).toBe(201);
      returned.push(body.amount);
    }
    expect(returned).toEqual([899, 899, 899, 900]);
    expect(await booked(order)).toEqual([
      ['refunds', 1000],
      ['refunds:GB:S:20', 2497],
      ['sales', -1000],
      ['sales:GB:S:20', -2497],
    ]);
  });

  it('by cancelling a piece gives its share of the discount back', async () => {
    const five = await amount(500);
    const order = await bought([line(mug, 3)], five);
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1 }];
    expect((await cancel(order, { lines })).body).toMatchObject({ total: 1665, discount: 333 });
    await vi.waitFor(async () => expect((await orderOf(order)).paymentStatus).toBe('paid'), PATIENT);
    await vi.waitFor(async () => expect((await booked(order))[0]).toEqual(['discounts:GB:S:20', 277]), PATIENT);
  });
});

describe('A coupon is refused, and nothing is reserved,', () => {
  it.each<[string, object, string]>([
    ['before it begins', { validFrom: '2126-01-01T00:00:00.000Z' }, 'not_yet_valid'],
    ['for another currency', { currency: 'EUR' }, 'currency'],
    ['below its price', { conditions: { subtotal: 1001 } }, 'subtotal_too_low'],
    ['below its pieces', { conditions: { quantity: 2 } }, 'quantity_too_low'],
    ['beyond its budget', { budget: 99 }, 'budget_spent'],
    ['beyond what one customer may save', { customerBudget: 99 }, 'budget_spent_by_customer'],
  ])('%s', async (_, more, code) => {
    const ten = await percent('10', more);
    const before = (await api.stockOf(plain)).reserved;
    expect(await api.place(shopper, [line(plain, 1)], given([ten.code]))).toMatchObject(refusal(code));
    expect((await api.stockOf(plain)).reserved).toBe(before);
  });

  it('that nobody knows, that was archived, or that has ended', async () => {
    const [ten, old] = [await percent('10'), await percent('10', { validFrom: '2026-01-01T00:00:00.000Z' })];
    await api.request(`DELETE /v1/promotions/${ten.id}`, { token: admin.token });
    const body = { validUntil: '2026-01-02T00:00:00.000Z' };
    expect((await api.request(`PATCH /v1/promotions/${old.id}`, { token: admin.token, body })).status).toBe(200);
    expect(await orderWith(ten.code)).toMatchObject(refusal('unknown_coupon'));
    expect(await orderWith('NOBODY')).toMatchObject(refusal('unknown_coupon'));
    expect(await orderWith(old.code)).toMatchObject(refusal('no_longer_valid'));
  });

  it('by a customer who has used it, and not by another', async () => {
    const once = await percent('10', { customerLimit: 1 });
    await placed([line(plain, 1)], once);
    expect(await api.place(shopper, [line(plain, 1)], given([once.code]))).toMatchObject(refusal('used_by_customer'));
    expect(await api.place(stranger, [line(plain, 1)], given([once.code]))).toMatchObject({ status: 201 });
  });
});

describe('Limits', () => {
  it('are given back by cancelling and by the end of the reservation, once', async () => {
    const ten = await percent('10', { usageLimit: 2, budget: 10_000, customerLimit: 2 });
    const [first, second] = [await placed([line(plain, 1)], ten), await placed([line(plain, 2)], ten)];
    expect(await counted(ten)).toEqual([2, 300]);
    expect(await api.place(shopper, [line(plain, 1)], given([ten.code]))).toMatchObject(refusal('used_up'));
    await cancel(first);
    expect(await counted(ten)).toEqual([1, 200]);
    expect((await cancel(first)).status).toBe(409);
    const id = decodeId('ord', second.id) as OrderId;
    await api.sql(`UPDATE orders SET reserved_until = now() - interval '1 s' WHERE id = $1`, [id]);
    await api.app.get(OrdersService, { strict: false }).expire(id);
    expect(await counted(ten)).toEqual([0, 0]);
    await placed([line(plain, 1)], ten);
    expect(await counted(ten)).toEqual([1, 100]);
  });

  it('and budgets are met exactly by 200 orders at once, and again after some were cancelled', async () => {
    const [limited, tight] = [await percent('10', { usageLimit: 50 }), await amount(250, { budget: 10_000 })];
    for (const [{ code, id }, orders, reason] of [
      [limited, 50, 'used_up'],
      [tight, 40, 'budget_spent'],
    ] as const) {
      const storm = async (size: number) => {
        const answers = await Promise.all(
          Array.from({ length: size }, () => {
            const key = randomUUID();
            return insist(() => api.place(admin, [line(plain, 1)], { ...given([code]), key }));
          }),
        );
        const refused = answers.filter(({ status }) => status !== 201);
        for (const answer of refused) expect(answer).toMatchObject(refusal(reason));
        return answers.filter(({ status }) => status === 201).map(({ body }) => body);
      };
      const made = await storm(200);
      expect(made).toHaveLength(orders);
      await Promise.all(made.slice(0, 7).map((order) => insist(() => cancel(order))));
      expect((await counted({ id }))[0]).toBe(orders - 7);
      expect(await storm(20)).toHaveLength(7);
      expect((await counted({ id }))[0]).toBe(orders);
    }
    expect(await counted(tight)).toEqual([40, 10_000]);
  }, 120_000);

  it('of one customer hold when two orders race', async () => {
    const once = await percent('10', { customerLimit: 1 });
    const order = () => insist(() => api.place(admin, [line(plain, 1)], { ...given([once.code]), key: randomUUID() }));
    const answers = await Promise.all(Array.from({ length: 8 }, order));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
  });
});

describe('A promotion', () => {
  it('has a code of its own, a benefit with a value, and money with a currency', async () => {
    const { code } = await percent('10');
    const good = { name: 'Test', code: `C${randomUUID().slice(0, 8)}`, benefit: 'percent', percentage: '10' };
    expect(await make({ ...good, code: code.toLowerCase() })).toMatchObject(conflict('coupon_code_taken'));
    for (const [wrong, pointer] of [
      [{ percentage: undefined }, '/percentage'],
      [{ percentage: '0' }, '/percentage'],
      [{ percentage: '100.1' }, '/percentage'],
      [{ amount: 5, currency: 'GBP' }, '/amount'],
      [{ budget: 5 }, '/currency'],
      [{ code: 'two words' }, '/code'],
      [{ validFrom: '2126-01-01T00:00:00.000Z', validUntil: '2026-01-01T00:00:00.000Z' }, '/validUntil'],
    ] as const)
      expect(await make({ ...good, ...wrong })).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('changes its limits, but not below what is taken, and none where nobody counted', async () => {
    const [ten, open] = [await percent('10', { usageLimit: 5 }), await percent('10')];
    for (const each of [1, 2]) await placed([line(plain, each)], ten);
    expect(await change(ten, { usageLimit: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/usageLimit' }] },
    });
    expect(await change(ten, { usageLimit: 2 })).toMatchObject({ status: 200, body: { usageLimit: 2, used: 2 } });
    expect(await change(open, { budget: 5 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/budget' }] },
    });
    expect((await api.get<{ data: unknown[] }>('/v1/promotions?limit=1', admin)).body.data).toHaveLength(1);
  });
});

describe('The database refuses', () => {
  it.each([
    [
      'a discount of more than the price',
      `INSERT INTO order_lines (order_id, position, id, product_id, sku, name, quantity, unit_price, discount)
      SELECT order_id, 2, gen_random_uuid(), product_id, sku, name, 1, 5, 6 FROM order_lines WHERE order_id = $1`,
      'line_discount_within_price',
    ],
    ['a changed discount of a line', line1('discount = discount - 1'), 'append-only'],
    ['a changed discount', 'UPDATE order_discounts SET amount = 1 WHERE order_id = $1', 'append-only'],
    ['a changed part', 'UPDATE discount_allocations SET amount = 1 WHERE order_id = $1', 'append-only'],
    ['an order without its discounts', `UPDATE orders SET discounted = false WHERE id = $1`, 'append-only'],
    [
      'a second part',
      `INSERT INTO discount_allocations SELECT order_id, gen_random_uuid(), discount_id, 1 FROM discount_allocations WHERE order_id = $1`,
      'discounts_are_their_allocations',
    ],
    [
      'a discount without parts',
      `INSERT INTO order_discounts (id, order_id, customer_id, position, source, name, benefit, reason, actor_id, amount)
      SELECT gen_random_uuid(), order_id, customer_id, 2, 'manual', name, benefit, 'why', customer_id, 1 FROM order_discounts WHERE order_id = $1`,
      'discounted_orders_have_discounts',
    ],
    [
      'a discount without a source',
      `INSERT INTO order_discounts (id, order_id, customer_id, position, source, name, benefit, amount)
      SELECT gen_random_uuid(), order_id, customer_id, 2, 'coupon', name, benefit, 1 FROM order_discounts WHERE order_id = $1`,
      'order_discounts_source',
    ],
    [
      'the same promotion twice',
      `INSERT INTO order_discounts (id, order_id, customer_id, position, source, promotion_id, code, name, benefit, amount)
      SELECT gen_random_uuid(), order_id, customer_id, 2, source, promotion_id, code, name, benefit, 1 FROM order_discounts WHERE order_id = $1`,
      'order_discounts_once',
    ],
    [
      'a group without its lines',
      'UPDATE discount_groups SET discount = discount + 1 WHERE order_id = $1',
      'discount_groups_are_their_lines',
    ],
    [
      'a second group',
      `INSERT INTO discount_groups (order_id, tax, discount, net) VALUES ($1, 'FR:S:20', 1, 1)`,
      'discount_groups_are_their_lines',
    ],
    [
      'a group with more net than discount',
      'UPDATE discount_groups SET net = discount + 1 WHERE order_id = $1',
      'discount_groups_net',
    ],
    [
      'more uses than the limit',
      `UPDATE promotions SET used = usage_limit + 1 WHERE $1::uuid IS NOT NULL AND usage_limit IS NOT NULL`,
      'promotions_used_within_limit',
    ],
    [
      'more money than the budget',
      `UPDATE promotions SET spent = budget + 1 WHERE $1::uuid IS NOT NULL AND budget IS NOT NULL`,
      'promotions_spent_within_budget',
    ],
    [
      'another benefit',
      `UPDATE promotions SET percentage = 11 WHERE $1::uuid IS NOT NULL AND benefit = 'percent'`,
      'promotions_keep_their_benefit',
    ],
    ['a cancellation that leaves the discount', line1('cancelled_quantity = 1'), 'order_total_is_its_lines'],
  ])('%s', async (_, statement, constraint) => {
    const ten = await percent('10', { usageLimit: 9, budget: 5000 });
    const order = await placed([line(plain, 3)], ten);
    const failure: unknown = await api.sql(statement, [decodeId('ord', order.id)]).catch((error: unknown) => error);
    const { constraint: broken, message } = failure as { constraint?: string; message: string };
    expect(broken ?? /append-only/.exec(message)?.[0]).toBe(constraint);
  });
});
