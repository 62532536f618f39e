import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { timelineQuery } from '../../../src/timeline/timeline.repository.js';
import { decodeId, encodeId, newId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { admin, api, mug, scenario, shopper } from '../../support/scenario.js';

interface EntryBody {
  readonly id: string;
  readonly part: string;
  readonly type: string;
  readonly createdAt: string;
  readonly aggregate: { readonly type: string; readonly id: string; readonly version: number };
  readonly data: Readonly<Record<string, unknown>>;
  readonly actorId: string | null;
  readonly requestId: string | null;
}

let order: OrderBody;
let payment: PaymentBody;
scenario({ worker: true, people: ['shopper', 'admin'], mugs: 100, unchecked: true });
beforeAll(async () => {
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 2 }], { headers: { 'x-request-id': 'placing' } }))
    .body;
  payment = (await api.pay(shopper, order, { capture: 'manual' })).body;
  await api.post(`/v1/payments/${payment.id}/captures`, { token: admin.token });
  const lines = [{ lineId: order.lines[0]?.id, quantity: 1 }];
  await api.post(`/v1/orders/${order.id}/fulfillments`, { token: admin.token, body: { lines } });
  await api.refund(admin, payment, { amount: 500, reason: 'scratched' });
});

const page = async (reader: Person, query = '') =>
  (await api.get<PageBody<EntryBody>>(`/v1/orders/${order.id}/timeline${query}`, reader)).body;
const timeline = async (reader: Person) => (await page(reader, '?limit=100')).data.toReversed();
const told = (entries: readonly EntryBody[], part: string) => entries.filter((entry) => entry.part === part);

describe('The timeline of an order', () => {
  it('shows changes, calls of the provider, postings and stock in one order', async () => {
    const entries = await timeline(admin);
    expect(entries.map(({ type }) => type)).toEqual([
      'stock.reserved',
      'order.placed',
      'provider.called',
      'payment.authorized',
      'order.confirmed',
      'provider.called',
      'ledger.posted',
      'payment.captured',
      'stock.shipped',
      'order.fulfilled',
      'provider.called',
      'ledger.posted',
      'refund.succeeded',
    ]);
    const times = entries.map(({ createdAt }) => createdAt);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(times.every((time) => new Date(time).toISOString() === time)).toBe(true);
  });

  it('says who changed something, with which request', async () => {
    const [placed] = told(await timeline(admin), 'event');
    expect(placed).toMatchObject({ type: 'order.placed', actorId: shopper.id, requestId: 'placing' });
    expect(placed?.aggregate).toEqual({ type: 'order', id: order.id, version: 1 });
  });

  it('says what the provider was asked for, and keeps the token to itself', async () => {
    const calls = told(await timeline(admin), 'provider_call');
    expect(
      calls.map(({ data }) => `${String(data['operation'])} ${String(data['amount'])} ${String(data['state'])}`),
    ).toEqual(['authorize 2000 succeeded', 'capture 2000 succeeded', 'refund 500 succeeded']);
    expect(calls[0]).toMatchObject({
      id: expect.stringMatching(/^att_/) as string,
      aggregate: { type: 'payment', id: payment.id },
      data: {
        provider: 'sandbox',
        currency: 'EUR',
        sends: 1,
        updatedAt: expect.stringMatching(/T.*\.\d{3}Z$/) as string,
      },
    });
    expect(JSON.stringify(await page(admin, '?limit=100'))).not.toContain('pm_ok');
  });

  it('shows what was posted, and what became of the stock', async () => {
    const entries = await timeline(admin);
    expect(told(entries, 'ledger')[0]).toMatchObject({
      id: expect.stringMatching(/^txn_/) as string,
      data: {
        kind: 'capture',
        entries: [
          { account: 'provider_clearing:sandbox', currency: 'EUR', amount: 2000 },
          { account: 'sales', currency: 'EUR', amount: -2000 },
        ],
      },
    });
    expect(told(entries, 'stock').map(({ aggregate, data }) => [aggregate.id, data])).toEqual([
      [mug.id, { onHandDelta: 0, reservedDelta: 2, reason: null }],
      [mug.id, { onHandDelta: -1, reservedDelta: -1, reason: null }],
    ]);
  });

  it('is read page by page, with nothing twice and nothing left out', async () => {
    const read: EntryBody[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { data, nextCursor }: PageBody<EntryBody> = await page(admin, `?limit=3${cursor && `&cursor=${cursor}`}`);
      expect(data.length).toBeLessThanOrEqual(3);
      read.push(...data);
      cursor = nextCursor;
    }
    expect(read.toReversed()).toEqual(await timeline(admin));
  });

  it.each([
    ['a customer', () => shopper, ['event']],
    ['support', () => api.person('support'), ['event', 'provider_call', 'stock']],
    ['finance', () => api.person('finance'), ['event', 'ledger', 'provider_call']],
  ] as const)('shows %s what they may see', async (_, reader, parts) => {
    const entries = await timeline(await reader());
    expect([...new Set(entries.map(({ part }) => part))].toSorted()).toEqual(parts);
  });

  it('shows what the provider told by webhooks', async () => {
    const row = [newId<'pwh'>(), `evt_${randomUUID()}`, decodeId('pay', payment.id)];
    await api.sql(
      `INSERT INTO provider_webhooks (id, provider, provider_event_id, type, raw, headers, state, received_at, processed_at, payment_id)
       VALUES ($1, 'sandbox', $2, 'captured', 'secret'::bytea, '{"signature":"secret"}', 'applied', now(), now(), $3)`,
      row,
    );
    const [webhook] = told(await timeline(admin), 'webhook');
    expect(webhook).toMatchObject({
      type: 'provider.told',
      data: { type: 'captured', state: 'applied', eventId: row[1] },
    });
    expect(JSON.stringify(webhook)).not.toContain('secret');
  });
});

describe('Among many orders', () => {
  const ORDERS = 4000;
  const FILL = `
    SET session_replication_role = replica;
    CREATE TEMP TABLE o AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS payment, gen_random_uuid() AS txn, n FROM generate_series(1, ${ORDERS}) n;
    INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount)
      SELECT payment, id, id, 'sandbox', 'pm_ok', 'automatic', 'EUR', 'captured', 1 FROM o;
    INSERT INTO payment_attempts (id, payment_id, kind, amount, state) SELECT gen_random_uuid(), payment, 'authorize', 1, 'succeeded' FROM o;
    INSERT INTO provider_webhooks (id, provider, provider_event_id, type, raw, headers, state, received_at, payment_id)
      SELECT gen_random_uuid(), 'sandbox', n::text, 'captured', '', '{}', 'applied', now(), payment FROM o;
    INSERT INTO ledger_transactions (id, kind, reference_id, order_id) SELECT txn, 'capture', payment, id FROM o;
    INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
      SELECT txn, position, (SELECT id FROM ledger_accounts LIMIT 1), 3 - 2 * position FROM o, generate_series(1, 2) position;
    INSERT INTO stock_movements (id, product_id, kind, on_hand_delta, reserved_delta, order_id)
      SELECT gen_random_uuid(), (SELECT product_id FROM stock_levels LIMIT 1), 'reserve', 0, 1, id FROM o;
    INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data)
      SELECT gen_random_uuid(), 'order.placed', 'order', id::text, 1, id::text, '{}' FROM o, generate_series(1, 3);
    SET session_replication_role = DEFAULT;
    ANALYZE payments, payment_attempts, provider_webhooks, ledger_transactions, ledger_entries, stock_movements, events`;

  interface Node {
    readonly 'Node Type': string;
    readonly 'Relation Name'?: string;
    readonly 'Actual Rows': number;
    readonly 'Actual Loops': number;
    readonly 'Rows Removed by Filter'?: number;
    readonly Plans?: readonly Node[];
  }

  it('a page reads the rows of its order and no others', async () => {
    const database = new Client({ connectionString: api.settings.DATABASE_URL });
    await database.connect();
    await database.query(FILL);
    const id = decodeId('ord', order.id)!;
    const text = timelineQuery(['event', 'provider_call', 'webhook', 'ledger', 'stock']);
    const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      [id, encodeId('ord', id), 'ffffffff-ffff-ffff-ffff-ffffffffffff', 21],
    );
    await database.end();
    const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
    const scans = all(rows[0]!['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] !== undefined);
    const read = scans.reduce(
      (sum, scan) => sum + (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'],
      0,
    );
    expect(scans.length).toBeGreaterThanOrEqual(8);
    expect(read).toBeLessThan(100);
  });
});
