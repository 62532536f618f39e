import { beforeAll, describe, expect, it, vi } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'admin'], worker: true });

interface ChargedBody extends PlacedOrderBody {
  readonly tax?: number;
  readonly taxes?: readonly object[];
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
const parcel = (amount: number, more: object = {}) => ({ kind: 'shipping', name: 'Parcel', amount, ...more });
const given = (charges: readonly object[], more: object = {}) => ({
  given: { customerId: shopper.id, shippingAddress: { country: 'GB' }, charges, ...more },
});
const placed = async (lines: readonly object[], charges: readonly object[], more: object = {}) => {
  const { status, body } = await api.place(admin, lines, given(charges, more));
  expect(status).toBe(201);
  return body as ChargedBody;
};
const bought = async (lines: readonly object[], charges: readonly object[]): Promise<ChargedBody> => {
  const order = await placed(lines, charges);
  const { status, body } = await api.pay(shopper, order);
  expect(status).toBe(201);
  return { ...order, payment: body };
};
const booked = async ({ id }: { id: string }) =>
  (
    await api.sql(
      `SELECT a.code, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
      [decodeId('ord', id)],
    )
  ).map(({ code, amount }) => [code, amount]);
const orderOf = async (order: { id: string }) => (await api.orderOf(order)) as ChargedBody;
const refundsOf = async ({ id }: { id: string }) =>
  (
    await api.sql(
      `SELECT r.amount::int FROM refunds r JOIN payments p ON p.id = r.payment_id
       WHERE p.order_id = $1 AND r.status = 'succeeded' ORDER BY r.id`,
      [decodeId('ord', id)],
    )
  ).map(({ amount }) => amount);
const cancel = (order: { id: string }, body: object = {}) =>
  api.post<ChargedBody>(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body });
const OF_PLACED: ReadonlySet<string> = new Set(NOT_QUOTED);
const quotedPart = (body: object) =>
  JSON.stringify(body, (key, value: unknown) => (OF_PLACED.has(key) ? undefined : value));

const make = (body: object) =>
  api.post<{ id: string }>('/v1/shipping-methods', {
    token: admin.token,
    body: { ...parcelMethod, ...body },
    key: null,
  });
const parcelMethod = { name: 'Parcel', currency: 'GBP', price: 499, freeFrom: 5000, countries: ['GB'] };
const by = ({ id }: { id: string }, more: object = {}) => ({
  given: { shippingAddress: { country: 'GB' }, shippingMethod: id, ...more },
});
const place = (lines: readonly object[], given: object) => api.place(shopper, lines, given);
const quote = (lines: readonly object[], given: object = {}) => {
  const body = { lines, shippingAddress: { country: 'GB' }, ...given };
  return api.post<Record<string, unknown>>('/v1/quotes', { token: shopper.token, body, key: null });
};

const charge = (values: string) =>
  `INSERT INTO order_charges (order_id, position, id, kind, name, amount, discount, tax, tax_mode) SELECT $1, 9, gen_random_uuid(), ${values}`;
describe('An order with charges', () => {
  it('is taxed with its goods, and the ledger has charges apart', async () => {
    const order = await bought([line(mug, 3), line(book, 1), line(plain, 1)], [parcel(499)]);
    expect(order).toMatchObject({
      total: 5746,
      tax: 547,
      charges: [
        { kind: 'shipping', name: 'Parcel', amount: 285, total: 285, tax: { rate: '20', net: 238, amount: 47 } },
        { amount: 119, total: 119, tax: { rate: '0', net: 119, amount: 0 } },
        { amount: 95, total: 95 },
      ],
      taxes: [
        { rate: '20', net: 2735, tax: 547, gross: 3282 },
        { rate: '0', net: 1369, tax: 0, gross: 1369 },
      ],
    });
    expect(await orderOf(order)).toMatchObject({ charges: order.charges, paymentStatus: 'paid', total: 5746 });
    expect(await booked(order)).toEqual([
      ['charges', -95],
      ['charges:GB:S:20', -237],
      ['charges:GB:Z:0', -119],
      ['provider_clearing:sandbox', 5746],
      ['sales', -1000],
      ['sales:GB:S:20', -2498],
      ['sales:GB:Z:0', -1250],
      ['vat_payable:GB:S:20', -547],
    ]);
  });

  it('is quoted as it is placed', async () => {
    const lines = [line(mug, 2), line(plain, 1)];
    const body = { lines, ...given([parcel(499), parcel(120, { kind: 'fee', name: 'Gift wrap' })]).given };
    const quote = await api.post<ChargedBody>('/v1/quotes', { token: admin.token, body, key: null });
    expect(quote).toMatchObject({ status: 200, body: { total: 2998 + 619 } });
    expect(JSON.stringify(quote.body)).toBe(quotedPart(await placed(lines, body.charges)));
  });

  it('may add taxes to prices, and have a class of its own', async () => {
    const eur = { shippingAddress: { country: 'CH' } };
    const order = await placed([line(plain, 1)], [parcel(1000, { kind: 'duty', taxClass: 'standard' })], eur);
    expect(order).toMatchObject({ total: 2081, tax: 81, charges: [{ amount: 1000, total: 1081 }] });
  });

  it('without taxes has its charges in the ledger too', async () => {
    const order = await bought([line(plain, 1)], [parcel(250), parcel(0, { name: 'Lift' })]);
    expect(order).toMatchObject({ total: 1250, charges: [{ amount: 250 }, { amount: 0, total: 0 }] });
    expect(await booked(order)).toEqual([
      ['charges', -250],
      ['provider_clearing:sandbox', 1250],
      ['sales', -1000],
    ]);
  });

  it('keeps them when pieces are cancelled, and gives them back when all of it is', async () => {
    const order = await bought([line(mug, 3)], [parcel(499)]);
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1 }];
    expect((await cancel(order, { lines })).body).toMatchObject({ total: 1998 + 499, charges: [{ total: 499 }] });
    await vi.waitFor(
      async () => expect((await booked(order))[1]).toEqual(['provider_clearing:sandbox', 2497]),
      PATIENT,
    );
    expect((await booked(order))[0]).toEqual(['charges:GB:S:20', -416]);
    await cancel(order);
    await vi.waitFor(async () => expect((await orderOf(order)).paymentStatus).toBe('refunded'), PATIENT);
    await vi.waitFor(async () => {
      const left = await booked(order);
      expect(left.map(([code]) => code)).toEqual(['refunds:GB:S:20', 'sales:GB:S:20']);
    }, PATIENT);
  });

  it('is not one that customers may make', async () => {
    expect(await api.place(shopper, [line(plain, 1)], given([parcel(1)]))).toMatchObject({ status: 403 });
  });

  it('is shipped only when the charges are paid too', async () => {
    const order = await placed([line(plain, 1)], [parcel(250)]);
    const { body: payment } = await api.pay(admin, order, { capture: 'manual' });
    const ship = () => api.post(`/v1/orders/${order.id}/fulfillments`, { token: admin.token, body: {} });
    await api.post(`/v1/payments/${payment.id}/captures`, { token: admin.token, body: { amount: 1000 } });
    expect(await ship()).toMatchObject(conflict('order_not_captured'));
  });
});

describe('A shipping method', () => {
  it('is chosen by a customer, taxed like the goods, and free from its amount on', async () => {
    const { body: method } = await make({ minDays: 2, maxDays: 4 });
    const order = (await place([line(mug, 1), line(book, 1)], by(method))).body as ChargedBody;
    expect(order).toMatchObject({
      total: 999 + 1250 + 499,
      charges: [
        { kind: 'shipping', name: 'Parcel', methodId: method.id, amount: 222, tax: { rate: '20' } },
        { methodId: method.id, amount: 277, tax: { rate: '0' } },
      ],
    });
    expect((await place([line(book, 4)], by(method))).body).toMatchObject({ total: 5000, charges: [{ amount: 0 }] });
  });

  it('has rates by pieces, and a class of its own', async () => {
    const rates = [{ from: 2, price: 700 }];
    const { body: method } = await make({ ratedBy: 'quantity', rates, taxClass: 'standard' });
    for (const [pieces, amount, tax] of [
      [1, 499, 83],
      [2, 700, 117],
    ] as const)
      expect((await place([line(book, pieces)], by(method))).body).toMatchObject({
        charges: [{ amount, tax: { amount: tax } }],
      });
  });

  it('is in a quote, with the others that ship there', async () => {
    const [{ body: method }, { body: dear }] = [await make({ price: 1 }), await make({ name: 'Express', price: 2 })];
    await make({ countries: ['FR'], name: 'Abroad', price: 0 });
    const quoted = await quote([line(mug, 1)], { shippingMethod: method.id });
    const { shippingOptions, ...rest } = quoted.body;
    expect((shippingOptions as object[]).slice(0, 2)).toEqual([
      { methodId: method.id, name: 'Parcel', price: 1, minDays: null, maxDays: null },
      { methodId: dear.id, name: 'Express', price: 2, minDays: null, maxDays: null },
    ]);
    expect(JSON.stringify(rest)).toBe(quotedPart((await place([line(mug, 1)], by(method))).body));
  });

  it('is not had for less by cancelling the pieces that paid for it', async () => {
    const lines = [line(mug, 5), line(book, 1)];
    const cancelBooks = async (order: ChargedBody, { token } = shopper) => {
      const { lines: own } = await orderOf(order);
      const body = { lines: [{ lineId: own[1]!.id, quantity: 1 }] };
      return api.post(`/v1/orders/${order.id}/cancellation`, { token, body });
    };
    const [{ body: free }, { body: flat }] = [await make({}), await make({ freeFrom: null })];
    const order = (await place(lines, by(free))).body as ChargedBody;
    expect(await cancelBooks(order)).toMatchObject({ ...conflict('order_discounted') });
    expect(await cancelBooks(order, admin)).toMatchObject({ status: 201 });
    expect(await cancelBooks((await place(lines, by(flat))).body as ChargedBody)).toMatchObject({ status: 201 });
  });

  it('is refused where it does not ship, in another currency, and once it is archived', async () => {
    const { body: method } = await make({});
    const refused = { ...conflict('shipping_unavailable') };
    expect(await place([line(mug, 1)], by(method, { shippingAddress: { country: 'FR' } }))).toMatchObject(refused);
    expect(await place([line(mug, 1)], by({ id: 'shm_01h455vb4pex5vsknk084sn02q' }))).toMatchObject(refused);
    const { body: euros } = await make({ currency: 'EUR' });
    expect(await place([line(mug, 1)], by(euros))).toMatchObject(refused);
    await api.request(`DELETE /v1/shipping-methods/${method.id}`, { token: admin.token });
    expect(await place([line(mug, 1)], by(method))).toMatchObject(refused);
    const listed = await api.get<{ data: { id: string }[] }>('/v1/shipping-methods?country=GB&currency=GBP', shopper);
    expect(listed.body.data.map(({ id }) => id)).not.toContain(method.id);
  });

  it.each([
    [{ rates: [{ from: 1, price: 1 }] }, '/rates'],
    [
      {
        ratedBy: 'quantity',
        rates: [
          { from: 2, price: 1 },
          { from: 2, price: 1 },
        ],
      },
      '/rates',
    ],
    [{ minDays: 3 }, '/maxDays'],
    [{ minDays: 3, maxDays: 2 }, '/maxDays'],
    [{ countries: ['uk '] }, '/countries'],
  ])('is not made with %j', async (body, pointer) => {
    expect(await make(body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('keeps its price in orders when it changes', async () => {
    const { body: method } = await make({});
    const order = (await place([line(mug, 1)], by(method))).body as ChargedBody;
    const changed = await api.request(`PATCH /v1/shipping-methods/${method.id}`, {
      token: admin.token,
      body: { price: 1 },
    });
    expect(changed).toMatchObject({ status: 200, body: { price: 1, version: 2 } });
    expect(await orderOf(order)).toMatchObject({ charges: [{ amount: 499 }] });
  });
});

describe('A refund of charges', () => {
  it('returns a charge once, alone and with lines, with the tax in it', async () => {
    const order = await bought([line(mug, 2)], [parcel(499), parcel(201, { kind: 'fee', name: 'Wrap' })]);
    const [shipping, fee] = order.charges!;
    const refund = (body: object) => api.refund(admin, order.payment, body);
    const first = await refund({ charges: [{ chargeId: shipping!.id }] });
    expect(first).toMatchObject({ status: 201, body: { amount: 499, lines: [], charges: [{ amount: 499, tax: 83 }] } });
    expect(await refund({ charges: [{ chargeId: shipping!.id }] })).toMatchObject(conflict('nothing_to_refund'));
    expect(await refund({ amount: 1, charges: [{ chargeId: fee!.id }] })).toMatchObject({ status: 400 });
    const rest = { charges: [{ chargeId: fee!.id }], lines: [{ lineId: order.lines[0]!.id, quantity: 2 }] };
    expect(await refund(rest)).toMatchObject({ status: 201, body: { amount: 1998 + 201 } });
    expect((await booked(order)).map(([code]) => code)).toEqual(['refunds:GB:S:20', 'sales:GB:S:20']);
    expect((await orderOf(order)).paymentStatus).toBe('refunded');
  });

  it('keeps what a later cancellation of goods returns', async () => {
    const order = await bought([line(plain, 5), line(plain, 5)], [parcel(1000)]);
    await api.refund(admin, order.payment, { charges: [{ chargeId: order.charges![0]!.id }] });
    const lines = [{ lineId: order.lines[0]!.id, quantity: 5 }];
    const body = { lines };
    const quote = await api.post(`/v1/orders/${order.id}/cancellation-quotes`, { token: admin.token, body, key: null });
    expect(quote.body).toMatchObject({ returns: [{ kind: 'refund', amount: 5000 }] });
    await cancel(order, body);
    await vi.waitFor(
      async () => expect((await booked(order)).at(-3)).toEqual(['provider_clearing:sandbox', 5000]),
      PATIENT,
    );
    expect(await refundsOf(order)).toEqual([1000, 5000]);
  });

  it('and of pieces that are cancelled later returns them once', async () => {
    const order = await bought([line(plain, 4)], [parcel(1000)]);
    const lines = [{ lineId: order.lines[0]!.id, quantity: 2 }];
    await api.refund(admin, order.payment, { lines });
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 3 }] };
    expect((await cancel(order, body)).body).toMatchObject({ total: 2000 });
    await vi.waitFor(async () => expect(await refundsOf(order)).toEqual([2000, 1000]), PATIENT);
  });

  it('is no reason to capture it before the goods are shipped', async () => {
    const order = await placed([line(plain, 1), line(plain, 1)], [parcel(250)]);
    const { body: payment } = await api.pay(admin, order, { capture: 'manual' });
    await api.post(`/v1/payments/${payment.id}/captures`, { token: admin.token, body: { amount: 1250 } });
    await api.refund(admin, payment, { charges: [{ chargeId: order.charges![0]!.id }] });
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    const shipped = await api.post(`/v1/orders/${order.id}/fulfillments`, { token: admin.token, body });
    expect(shipped.status).toBe(201);
  });

  it('that names a line, or a line that names a charge, is refused', async () => {
    const order = await bought([line(plain, 1)], [parcel(250)]);
    const [lineId, chargeId] = [order.lines[0]!.id, order.charges![0]!.id];
    const [asCharge, asLine] = [lineId.replace('lin_', 'chg_'), chargeId.replace('chg_', 'lin_')];
    for (const wanted of [
      { charges: [{ chargeId: asCharge }] },
      { lines: [{ lineId: asLine, quantity: 1 }] },
      { lines: [{ lineId, quantity: 1 }], charges: [{ chargeId: asCharge }] },
      { lines: [{ lineId: asLine, quantity: 1 }], charges: [{ chargeId }] },
    ])
      expect(await api.refund(admin, order.payment, wanted)).toMatchObject(conflict('nothing_to_refund'));
  });

  it('of another order is refused', async () => {
    const [one, other] = [await bought([line(mug, 1)], [parcel(5)]), await bought([line(mug, 1)], [parcel(5)])];
    const charges = [{ chargeId: other.charges![0]!.id }];
    expect(await api.refund(admin, one.payment, { charges })).toMatchObject(conflict('nothing_to_refund'));
  });
});

describe('The database refuses', () => {
  it.each([
    ['a changed charge', 'UPDATE order_charges SET amount = 1 WHERE order_id = $1', 'append-only'],
    ['an order without its charges', 'UPDATE orders SET charged = false WHERE id = $1', 'append-only'],
    ['one more charge', charge(`'fee', 'More', 1, 0, 0, NULL`), 'order_total_is_its_lines'],
    [
      'a charge of an order without charges',
      `INSERT INTO order_charges (order_id, position, id, kind, name, amount)
       SELECT id, 1, gen_random_uuid(), 'fee', 'None', 0 FROM orders WHERE id <> $1 AND NOT charged LIMIT 1`,
      'charges_are_of_charged_orders',
    ],
    ['a discount of more than the charge', charge(`'fee', 'More', 1, 2, 0, NULL`), 'charge_discount_within_amount'],
    ['a tax without a mode', charge(`'fee', 'More', 1, 0, 1, NULL`), 'charge_tax_has_a_mode'],
    ['more tax than the charge', charge(`'fee', 'More', 1, 0, 2, 'inclusive'`), 'charge_tax_within_amount'],
    [
      'another group',
      `INSERT INTO charge_groups (order_id, tax, net) VALUES ($1, 'FR:S:20', 1)`,
      'charge_groups_are_their_charges',
    ],
    ['a changed group', 'UPDATE charge_groups SET net = net + 1 WHERE order_id = $1', 'append-only'],
    ['a total without the charges', 'UPDATE orders SET total = total - 499 WHERE id = $1', 'order_total_is_its_lines'],
    [
      'more booked than the charges',
      'UPDATE charge_groups SET booked = net + 1 WHERE order_id = $1',
      'charge_groups_booked',
    ],
    [
      'a refund of a line of another order',
      `INSERT INTO refund_lines (id, refund_id, line_id, quantity, gross, tax)
       SELECT gen_random_uuid(), r.id, l.id, 1, 499, 83 FROM refunds r JOIN payments p ON p.id = r.payment_id
       JOIN order_lines l ON l.order_id <> p.order_id WHERE p.order_id = $1 LIMIT 1`,
      'refund_lines_are_of_their_order',
    ],
    [
      'an order that says it has charges',
      `INSERT INTO orders (id, number, customer_id, currency, charged, status, total)
       SELECT gen_random_uuid(), -1, customer_id, currency, true, 'pending', 0 FROM orders WHERE id = $1`,
      'charged_orders_have_charges',
    ],
    [
      'a charge without its sum',
      `INSERT INTO order_charges (order_id, position, id, kind, name, amount) SELECT $1, 2, gen_random_uuid(), 'fee', 'None', 0`,
      'charged_orders_have_charges',
    ],
    ['a later charge', charge(`'fee', 'None', 0, 0, 0, NULL`), 'charged_orders_have_charges'],
    [
      'pieces of a charge',
      `INSERT INTO refund_lines (id, refund_id, line_id, of_charge, quantity, gross, tax, cancelled_before)
       SELECT gen_random_uuid(), r.id, c.id, true, 1, 499, 83, 1 FROM refunds r JOIN payments p ON p.id = r.payment_id
       JOIN order_charges c ON c.order_id = p.order_id WHERE p.order_id = $1`,
      'refund_lines_cancelled_before',
    ],
    [
      'a charge that is refunded as a line',
      `INSERT INTO refund_lines (id, refund_id, line_id, quantity, gross, tax)
       SELECT gen_random_uuid(), r.id, c.id, 1, 499, 83 FROM refunds r JOIN payments p ON p.id = r.payment_id
       JOIN order_charges c ON c.order_id = p.order_id WHERE p.order_id = $1`,
      'refund_lines_are_of_their_order',
    ],
  ])('%s', async (_, statement, constraint) => {
    await api.place(shopper, [line(plain, 1)]);
    const order = await bought([line(mug, 1)], [parcel(499)]);
    await api.refund(admin, order.payment, { amount: 499 });
    const failure: unknown = await api.sql(statement, [decodeId('ord', order.id)]).catch((error: unknown) => error);
    const { constraint: broken, message } = failure as { constraint?: string; message: string };
    expect(broken ?? /append-only/.exec(message)?.[0] ?? message).toBe(constraint);
  });
});
