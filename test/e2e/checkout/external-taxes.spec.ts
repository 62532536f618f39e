import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PageBody, PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';
import { startTaxService, TAX_TOKEN, type TaxFault, type TaxService } from '../../support/tax-service.js';

let service: TaxService;
scenario({
  people: ['shopper', 'admin'],
  worker: true,
  asRole: 'running',
  env: async () => {
    service = await startTaxService();
    return {
      TAX_PROVIDER: 'remote',
      TAX_REMOTE_URL: service.url,
      TAX_REMOTE_TOKEN: TAX_TOKEN,
      TAX_REMOTE_TIMEOUT_MS: '3000',
    };
  },
});

interface TaxedBody extends PlacedOrderBody {
  readonly tax?: number;
  readonly taxes?: readonly { country: string; rate: string; net: number; tax: number }[];
}

const PATIENT = { timeout: 15_000, interval: 20 };
const price = (amount: number, currency = 'GBP') => ({ price: { amount, currency } });
const line = ({ id }: { id: string }, quantity: number) => ({ productId: id, quantity });
const to = (country: string) => ({ shippingAddress: { country, city: 'London', name: 'Ada' } });
const place = (lines: readonly object[], given: object = to('GB')) => api.place(shopper, lines, { given });
const buy = async (lines: readonly object[], given: object = to('GB')) => {
  const { status, body } = await api.checkOut(shopper, lines, {}, { given });
  expect(status).toBe(201);
  return body as TaxedBody;
};
const kept = ({ id }: { id: string }) => service.documents.get(id);
const sumOf = (groups: readonly { net: number; tax: number }[] = []) =>
  groups.reduce((sum, { net, tax }) => ({ net: sum.net + net, tax: sum.tax + tax }), { net: 0, tax: 0 });
const committed = (order: { id: string }) => vi.waitFor(() => expect(kept(order)).toBeDefined(), PATIENT);
/** What the ledger owes to the authorities for the order: credits are negative. */
const owed = async ({ id }: { id: string }) => {
  const [row] = await api.sql(
    `SELECT coalesce(-sum(e.amount), 0)::int AS tax FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 AND a.code LIKE 'vat_payable:%'`,
    [decodeId('ord', id)],
  );
  return row!['tax'];
};
const restTax = (order: { id: string }) => sumOf(kept(order)!.groups).tax - sumOf(kept(order)!.refunds.flat()).tax;

const letters = async () =>
  (await api.get<PageBody<{ id: string; lastError: string }>>('/v1/dead-letters?consumer=taxes', admin)).body.data;

let mug: ProductBody;
let book: ProductBody;
let plain: ProductBody;

beforeEach(async () => {
  service.hooks.fault = undefined;
  service.hooks.refuse = undefined;
  service.hooks.beforeEstimate = async () => {};
  if (mug) return;
  mug = await api.product(100_000, { ...price(333), taxClass: 'standard' });
  book = await api.product(100_000, { ...price(1250), taxClass: 'books' });
  plain = await api.product(100_000, price(1000));
});

/** Sends an order, and again under the same key while the service is away. */
const twice = async (first: object, second = first) => {
  const key = randomUUID();
  const send = (body: object) =>
    api.post<TaxedBody>('/v1/orders', { token: shopper.token, key, body: { ...to('GB'), ...body } });
  const before = await send(first);
  expect(before.status).toBe(201);
  service.hooks.fault = 'error';
  const asked = service.callsOf('/estimates').length;
  const again = await send(second);
  expect(service.callsOf('/estimates')).toHaveLength(asked);
  return { before, again };
};
const unpaid = () => ({ lines: [line(mug, 1)] });

describe('An order whose taxes a service computes', () => {
  it('has its amounts as they are given, and names their source', async () => {
    const given = { ...to('GB'), charges: [{ kind: 'shipping', name: 'Parcel', amount: 499 }] };
    const { body } = await api.place(admin, [line(mug, 1), line(mug, 1), line(book, 1), line(plain, 1)], { given });
    // The service rounds 55.5 up in each line; by the rule of Till both lines together would have 111.
    expect(body).toMatchObject({
      lines: [
        {
          tax: { mode: 'inclusive', rate: '20', net: 277, amount: 56, source: `remote: ${new URL(service.url).host}` },
        },
        { tax: { net: 277, amount: 56 } },
        { tax: { category: 'Z', rate: '0', amount: 0 } },
        { total: 1000 },
      ],
    });
    expect(body.lines[3]).not.toHaveProperty('tax');
    const [document] = await api.sql('SELECT provider, reference FROM tax_documents WHERE order_id = $1', [
      decodeId('ord', body.id),
    ]);
    expect(document).toMatchObject({ provider: 'remote', reference: 'est_1' });
    expect(await api.orderOf(body)).toMatchObject({ lines: body.lines, total: body.total });
  });

  it('tells the service what is bought, by whom, and where it goes, and no more of the address', async () => {
    const { body } = await place([line(mug, 2)]);
    const call = service.callsOf('/estimates').at(-1)!;
    expect(call.body).toEqual({
      currency: 'GBP',
      customer: shopper.id,
      destination: { country: 'GB', region: null, postalCode: null, city: 'London', line1: null, line2: null },
      items: [{ id: '1', kind: 'goods', sku: mug.sku, taxClass: 'standard', quantity: 2, amount: 666, discount: 0 }],
    });
    expect(body.total).toBe(666);
  });

  it('costs what its quote says', async () => {
    const lines = [line(mug, 3), line(book, 2)];
    const quote = await api.post<TaxedBody>('/v1/quotes', {
      token: shopper.token,
      body: { lines, ...to('US') },
      key: null,
    });
    const { body } = await place(lines, to('US'));
    const order = Object.fromEntries(
      Object.entries(body).filter(([name]) => !(NOT_QUOTED as readonly string[]).includes(name)),
    );
    const withoutIds = body.lines.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'id')),
    );
    expect(quote).toMatchObject({ status: 200, body: { ...order, lines: withoutIds } });
    expect(body).toMatchObject({ total: 999 + 82 + 2500, tax: 82 });
  });

  it('is not what the service is asked about without a tax class', async () => {
    const before = service.calls.length;
    expect((await place([line(plain, 1)], {})).status).toBe(201);
    expect(service.calls).toHaveLength(before);
  });

  it('has one number for each order, and one estimate', async () => {
    const [before, first] = [service.callsOf('/estimates').length, await place([line(mug, 1)])];
    const second = await place([line(mug, 1)]);
    expect(second.body.number - first.body.number).toBe(1);
    expect(service.callsOf('/estimates').length - before).toBe(2);
  });

  it('is taxed anew when a price changes between the estimate and the transaction', async () => {
    const changing = await api.product(10, { ...price(100), taxClass: 'standard' });
    const change = async () => {
      service.hooks.beforeEstimate = async () => {};
      await api.sql('UPDATE products SET price = 200 WHERE id = $1', [decodeId('prd', changing.id)]);
    };
    service.hooks.beforeEstimate = change;
    expect(await place([line(changing, 1)])).toMatchObject({ status: 201, body: { total: 200, tax: 33 } });
  });

  it('is refused when prices change faster than taxes are computed, and nothing is reserved', async () => {
    const changing = await api.product(10, { ...price(100), taxClass: 'standard' });
    let amount = 100;
    service.hooks.beforeEstimate = async () => {
      await api.sql('UPDATE products SET price = $2 WHERE id = $1', [decodeId('prd', changing.id), (amount += 1)]);
    };
    expect(await place([line(changing, 1)])).toMatchObject({ status: 503, body: { code: 'tax_provider_unavailable' } });
    expect(await api.stockOf(changing)).toMatchObject({ reserved: 0 });
  });

  it('is refused with the reason that the service gives where it cannot be taxed', async () => {
    const answer = await place([line(mug, 1)], to('AQ'));
    expect(answer).toMatchObject(conflict('tax_undetermined'));
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('no taxes are known in AQ') });
  });

  it.each<TaxFault>(['slow', 'error', 'cut', 'garbled', 'wrong_sum', 'missing_item', 'beyond_price'])(
    'is refused with 503 when the answer is %s, and nothing is reserved',
    async (fault) => {
      const before = await api.stockOf(mug);
      service.fail(fault);
      const answer = await place([line(mug, 1)]);
      expect(answer).toMatchObject({ status: 503, body: { code: 'tax_provider_unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await api.stockOf(mug)).toEqual(before);
      expect((await place([line(mug, 1)])).status).toBe(201);
    },
  );

  describe('whose key is sent again while the service is away', () => {
    const paid = () => ({ ...unpaid(), payment: { paymentMethod: 'pm_ok' } });

    it.each([
      ['with a payment', paid],
      ['without one', unpaid],
    ])('gets its answer, %s', async (_, bodyOf) => {
      const { before, again } = await twice(bodyOf());
      expect(again).toMatchObject({ status: 201, body: before.body });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    });

    it.each([
      ['with a payment', paid],
      ['without one', unpaid],
    ])('is refused with another body, %s', async (_, bodyOf) => {
      const { again } = await twice(bodyOf(), { ...bodyOf(), lines: [line(mug, 2)] });
      expect(again).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    });
  });

  it('of many shoppers at once is taxed for each of them', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => place([line(mug, index + 1)])));
    expect(answers.map(({ body }) => body.total)).toEqual(answers.map((_, index) => 333 * (index + 1)));
  });
});

describe('The document at the service', () => {
  it('is committed once the order is paid, and not before', async () => {
    const unpaid = (await place([line(mug, 1)])).body;
    const paid = await buy([line(mug, 2), line(book, 1)]);
    await committed(paid);
    expect(kept(paid)).toEqual({
      groups: [
        { country: 'GB', category: 'S', rate: '20', net: 555, tax: 111 },
        { country: 'GB', category: 'Z', rate: '0', net: 1250, tax: 0 },
      ],
      refunds: [],
      voided: false,
    });
    expect(kept(unpaid)).toBeUndefined();
  });

  it('falls by refunds as the ledger does, to exactly zero', async () => {
    const order = await buy([line(mug, 3), line(book, 1)]);
    await committed(order);
    const refund = async (given: object) => {
      expect((await api.refund(admin, order.payment!, given)).status).toBe(201);
      await vi.waitFor(async () => expect(restTax(order)).toBe(await owed(order)), PATIENT);
    };
    await refund({ lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] });
    expect(sumOf(kept(order)!.refunds.flat())).toEqual({ net: 277, tax: 56 });
    await refund({ amount: 500 });
    await refund({});
    expect(sumOf(kept(order)!.refunds.flat())).toEqual(sumOf(kept(order)!.groups));
    expect(kept(order)).toMatchObject({ voided: false });
  });

  it('falls by what is cancelled of an order that is paid', async () => {
    const order = await buy([line(mug, 3)]);
    await committed(order);
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    expect((await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body })).status).toBe(201);
    await vi.waitFor(() => expect(sumOf(kept(order)!.refunds.flat())).toEqual({ net: 277, tax: 56 }), PATIENT);
    await vi.waitFor(async () => expect(restTax(order)).toBe(await owed(order)), PATIENT);
  });

  it.each([
    ['the money beyond it goes back', 0, 0],
    ['the rest of it is paid', 1500, 250],
  ])('has the taxes of an order that was paid in part and cut down, once %s', async (_, left, leftTax) => {
    const dear = await api.product(10, { ...price(6000 - left), taxClass: 'standard' });
    const kept = await api.product(10, { ...price(Math.max(left, 1)), taxClass: 'standard' });
    const cheap = await api.product(10, { ...price(4000), taxClass: 'reduced' });
    const lines = [line(dear, 1), line(cheap, 1), ...(left > 0 ? [line(kept, 1)] : [])];
    const { body: order } = await place(lines);
    expect((await api.pay(shopper, order, { amount: 5000 })).status).toBe(201);
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    expect((await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body })).status).toBe(201);
    const rest = left > 0 ? await api.pay(shopper, order, { amount: left + 4000 - 5000 }) : undefined;
    expect(rest?.status).toBe(left > 0 ? 201 : undefined);
    await committed(order);
    await vi.waitFor(async () => expect(await owed(order)).toBe(leftTax + 190), PATIENT);
    expect(restTax(order)).toBe(leftTax + 190);
    const booked = await api.sql(
      'SELECT booked_gross::int AS gross, booked_tax::int AS tax FROM tax_groups WHERE order_id = $1 ORDER BY rate::numeric',
      [decodeId('ord', order.id)],
    );
    expect(booked).toEqual([
      { gross: 4000, tax: 190 },
      { gross: left, tax: leftTax },
    ]);
  });

  it('is voided when the order is cancelled', async () => {
    const order = await buy([line(mug, 3)]);
    await committed(order);
    expect((await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token })).status).toBe(201);
    await vi.waitFor(() => expect(kept(order)).toMatchObject({ voided: true, refunds: [] }), PATIENT);
  });

  it('is committed once though its answer was lost', async () => {
    const order = (await place([line(mug, 1)])).body;
    service.failCommit(order.id, 'done_then_cut');
    await api.pay(shopper, order);
    await committed(order);
    await vi.waitFor(async () => {
      await api.sql(
        `UPDATE event_deliveries SET next_attempt_at = now() WHERE consumer = 'taxes' AND status = 'pending'`,
      );
      const calls = service.callsOf('/commits').filter(({ body }) => body['document'] === order.id);
      expect(calls).toHaveLength(2);
      expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
    }, PATIENT);
  });

  it('that the service refuses is a dead letter, and goes on once somebody retries it', async () => {
    service.hooks.refuse = '/commits';
    const order = await buy([line(mug, 1)]);
    const [letter] = await vi.waitFor(async () => {
      const found = await letters();
      expect(found).toMatchObject([{ lastError: 'the period is closed' }]);
      return found;
    }, PATIENT);
    service.hooks.refuse = undefined;
    expect((await api.post(`/v1/dead-letters/${letter!.id}/retries`, admin)).status).toBe(201);
    await committed(order);
    expect(await letters()).toEqual([]);
  });
});
