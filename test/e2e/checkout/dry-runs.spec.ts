import { beforeAll, describe, expect, it, vi } from 'vitest';
import { AttemptStarter } from '../../../src/payments/attempts/attempt-starter.js';
import { RefundsService } from '../../../src/payments/refunds/refunds.service.js';
import type { Caller } from '../../../src/platform/access/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody, PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';
import { startWorker } from '../../support/api.js';

scenario({ people: ['shopper', 'admin'] });

interface Entry {
  readonly account: string;
  readonly amount: number;
}
interface Quote {
  readonly paymentStatus: string;
  readonly entries: readonly Entry[];
}
interface CancellationQuote {
  readonly order: OrderBody;
  readonly released: readonly { lineId: string; quantity: number }[];
  readonly returns: readonly { kind: string; paymentId: string; amount: number; entries: readonly Entry[] }[];
}

const PATIENT = { timeout: 15_000, interval: 20 };
let mug: ProductBody;
let book: ProductBody;
let coupon: string;

const price = (amount: number) => ({ price: { amount, currency: 'GBP' } });

beforeAll(async () => {
  await importTaxRates(api.app);
  mug = await api.product(1000, { ...price(999), taxClass: 'standard' });
  book = await api.product(1000, { ...price(1250), taxClass: 'books' });
  coupon = 'DRY';
  const body = { name: 'Dry', code: coupon, benefit: 'percent', percentage: '10', currency: 'GBP', usageLimit: 100 };
  await api.post('/v1/promotions', { token: admin.token, body, key: null });
});

/** The content of all tables, and where all sequences stand. */
async function fingerprint(): Promise<string> {
  const names = await api.sql(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'sandbox') ORDER BY 1`,
  );
  const parts = names.map(
    ({ name }) =>
      `SELECT '${String(name)}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM ${String(name)} t`,
  );
  // PostgreSQL reads them beside each other, and returns them as they come.
  const tables = await api.sql(`${parts.join(' UNION ALL ')} ORDER BY 1`);
  const sequences = await api.sql('SELECT sequencename AS name, last_value FROM pg_sequences ORDER BY 1');
  return JSON.stringify([tables, sequences]);
}

const bought = async (payment: object = {}): Promise<PlacedOrderBody & { payment: PaymentBody }> => {
  const given = {
    customerId: shopper.id,
    lines: [
      { productId: mug.id, quantity: 3 },
      { productId: book.id, quantity: 1 },
    ],
    shippingAddress: { country: 'GB' },
    couponCodes: [coupon],
    charges: [{ kind: 'shipping', name: 'Parcel', amount: 499 }],
  };
  const placed = await api.post<PlacedOrderBody>('/v1/orders', { token: admin.token, body: given });
  expect(placed.status).toBe(201);
  const paid = await api.pay(admin, placed.body, payment);
  expect(paid.status).toBe(201);
  return { ...placed.body, payment: paid.body };
};
const entriesOf = async ({ id }: { id: string }, kind: string): Promise<Entry[]> =>
  (await api.sql(
    `SELECT a.code AS account, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 AND t.kind = $2 GROUP BY 1 ORDER BY 1`,
    [decodeId('ord', id), kind],
  )) as unknown as Entry[];
const sorted = (entries: readonly Entry[]) => entries.toSorted((a, b) => (a.account < b.account ? -1 : 1));
const quoteRefund = (payment: { id: string }, body: object, who = admin) =>
  api.post<Quote & Record<string, unknown>>(`/v1/payments/${payment.id}/refund-quotes`, {
    token: who.token,
    body,
    key: null,
  });
const quoteCancellation = (order: { id: string }, body: object = {}) =>
  api.post<CancellationQuote>(`/v1/orders/${order.id}/cancellation-quotes`, { token: admin.token, body, key: null });

describe('A quote of a refund', () => {
  it.each<[string, (order: PlacedOrderBody) => object]>([
    ['an amount', () => ({ amount: 777, reason: 'late' })],
    ['all of it', () => ({})],
    ['pieces', ({ lines }) => ({ lines: [{ lineId: lines[0]!.id, quantity: 2 }] })],
    [
      'pieces and charges',
      ({ lines, charges }) => ({
        lines: [{ lineId: lines[1]!.id, quantity: 1 }],
        charges: charges!.map(({ id: chargeId }) => ({ chargeId })),
      }),
    ],
  ])('of %s changes no row, and the refund does what it says', async (_, bodyOf) => {
    const order = await bought();
    const body = bodyOf(order);
    const before = await fingerprint();
    const quoted = await quoteRefund(order.payment, body);
    expect(quoted.status).toBe(200);
    expect(await fingerprint()).toBe(before);
    const made = await api.refund(admin, order.payment, body);
    expect(made.status).toBe(201);
    const { paymentStatus, entries, ...refund } = quoted.body;
    const {
      id: _id,
      status: _status,
      createdAt: _created,
      updatedAt: _updated,
      ...real
    } = made.body as object as Record<string, unknown>;
    expect(refund).toEqual(real);
    expect((await api.orderOf(order)).paymentStatus).toBe(paymentStatus);
    expect(sorted(entries)).toEqual(await entriesOf(order, 'refund'));
  });

  it('counts refunds that are in progress', async () => {
    const order = await bought();
    const lines = [{ lineId: decodeId('lin', order.lines[0]!.id)!, quantity: 1 }];
    const caller = { userId: decodeId('usr', admin.id)!, permissions: new Set(['payments:read']) } as unknown as Caller;
    const started = await api.app.get(RefundsService).begin(caller, decodeId('pay', order.payment.id)!, { lines });
    const quoted = (await quoteRefund(order.payment, { amount: 1000 })).body;
    await api.app.get(AttemptStarter).finish(started);
    expect((await quoteRefund(order.payment, { amount: 1000 })).body).toEqual(quoted);
    const rest = await quoteRefund(order.payment, {});
    expect(rest.body.paymentStatus).toBe('refunded');
  });

  it('is refused as the refund is, and for those who may not refund', async () => {
    const order = await bought();
    expect(await quoteRefund(order.payment, { amount: 999_999 })).toMatchObject(conflict('amount_too_large'));
    expect(await quoteRefund(order.payment, {}, shopper)).toMatchObject({ status: 403 });
    await api.refund(admin, order.payment);
    expect(await quoteRefund(order.payment, {})).toMatchObject(conflict('invalid_transition'));
  });
});

describe('A quote of a cancellation', () => {
  it.each<[string, (order: PlacedOrderBody) => object]>([
    ['of all', () => ({})],
    ['of pieces', ({ lines }) => ({ lines: [{ lineId: lines[0]!.id, quantity: 1 }] })],
  ])('%s changes no row, and the cancellation does what it says', async (_, bodyOf) => {
    const order = await bought();
    const body = bodyOf(order);
    const before = await fingerprint();
    const quoted = await quoteCancellation(order, body);
    expect(quoted.status).toBe(200);
    expect(await fingerprint()).toBe(before);
    const reserved = (await api.stockOf(mug)).reserved;
    const made = await api.post<OrderBody>(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body });
    expect(made.status).toBe(201);
    const { updatedAt: _at, ...real } = made.body as object as Record<string, unknown>;
    const { updatedAt: _quotedAt, ...after } = quoted.body.order as object as Record<string, unknown>;
    expect(after).toEqual(real);
    const mugs = quoted.body.released.find(({ lineId }) => lineId === order.lines[0]!.id)!.quantity;
    expect((await api.stockOf(mug)).reserved).toBe(reserved - mugs);
    const worker = await startWorker(api);
    const [back] = quoted.body.returns;
    expect(back).toMatchObject({ kind: 'refund', paymentId: order.payment.id });
    await vi.waitFor(async () => expect(await entriesOf(order, 'refund')).toEqual(sorted(back!.entries)), PATIENT);
    const refunds = await api.get<{ data: { amount: number }[] }>(`/v1/payments/${order.payment.id}/refunds`, admin);
    expect(refunds.body.data.map(({ amount }) => amount)).toEqual([back!.amount]);
    await worker.close();
  });

  it('voids what is only authorised', async () => {
    const order = await bought({ capture: 'manual' });
    expect((await quoteCancellation(order)).body).toMatchObject({
      order: { status: 'cancelled' },
      returns: [{ kind: 'void', paymentId: order.payment.id, amount: order.total, entries: [] }],
    });
  });

  it('is refused as the cancellation is', async () => {
    const order = await bought();
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body: {} });
    expect(await quoteCancellation(order)).toMatchObject(conflict('invalid_transition'));
  });
});
