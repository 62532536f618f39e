import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiModule } from '../../../src/api.module.js';
import { ExportRunner, ExportsRetention } from '../../../src/exports/index.js';
import { createHttpApp } from '../../../src/platform/http/index.js';
import { decodeId, encodeId, type ExportId } from '../../../src/shared/ids.js';
import { loadConfig } from '../../../src/settings.js';
import type { OrderBody } from '../../support/bodies.js';
import {
  admin,
  api,
  finance,
  paymentsOf,
  place,
  placeAndPay,
  scenario,
  shopper,
  support,
  worker,
  mug,
} from '../../support/scenario.js';

interface ExportBody {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
  readonly rows: number;
  readonly bytes: number;
  readonly url: string | null;
  readonly reason: string | null;
}

/** More than two pages of rows. */
const POSTED = 2500;

scenario({ people: ['shopper', 'finance', 'support', 'admin'], mugs: 100, worker: true, unchecked: true });
let other: NestFastifyApplication;
let orders: OrderBody[];
beforeAll(async () => {
  other = await createHttpApp(ApiModule, loadConfig(api.processes));
  await other.listen(0, '127.0.0.1');
  orders = [await place(), await placeAndPay(2, mug), await placeAndPay(3, mug)];
  const [payment] = await paymentsOf(orders[2]!);
  await api.refund(finance, payment!, { amount: 1000 });
  await post();
}, 60_000);
afterAll(() => other?.close());

/** Posts many transactions of two entries. */
async function post(): Promise<void> {
  for (const [code, type] of [
    ['payouts', 'asset'],
    ['equity', 'equity'],
  ])
    await api.sql(`INSERT INTO ledger_accounts (id, code, currency, type) VALUES (gen_random_uuid(), $1, 'EUR', $2)`, [
      code,
      type,
    ]);
  await api.sql(
    `WITH made AS (
       SELECT n, (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n), 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid AS id
       FROM generate_series(1, ${POSTED}) n),
     posted AS (
       INSERT INTO ledger_transactions (id, kind, reference_id, reason, actor_id)
       SELECT id, 'manual', gen_random_uuid(), 'test', $1 FROM made)
     INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
     SELECT made.id, side.position, a.id, side.amount FROM made
     CROSS JOIN (VALUES (1, 'payouts', 5), (2, 'equity', -5)) AS side (position, code, amount)
     JOIN ledger_accounts a ON a.code = side.code AND a.currency = 'EUR'`,
    [decodeId('usr', finance.id)],
  );
}

const ask = (body: object, token = finance.token, key: string | null = null) =>
  api.post<ExportBody>('/v1/exports', { token, body, key });
const read = async ({ id }: { readonly id: string }) => (await api.get<ExportBody>(`/v1/exports/${id}`, finance)).body;
const ready = (made: { readonly id: string }) =>
  vi.waitFor(
    async () => {
      const its = await read(made);
      expect(its).toMatchObject({ status: 'ready', progress: 100 });
      return its;
    },
    { timeout: 15_000, interval: 100 },
  );
/** The file, from the api at `base`. */
const download = async ({ url }: { readonly url: string | null }, base = api.url) => {
  const answer = await fetch(base + new URL(url!).pathname + new URL(url!).search);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const runner = () => worker.get(ExportRunner, { strict: false });
const expand = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

describe('An export', () => {
  it('of orders is a table that each api serves, without an access token', async () => {
    const asked = await ask({ kind: 'orders' });
    expect(asked).toMatchObject({ status: 201, body: { status: 'queued', url: null, rows: 0 } });
    const its = await ready(asked.body);
    const [mine, others] = [await download(its), await download(its, await other.getUrl())];
    expect(mine.text).toBe(others.text);
    expect(mine.headers.get('content-type')).toContain('text/csv');
    expect(mine.headers.get('content-disposition')).toBe(`attachment; filename="orders-${its.id}.csv"`);
    expect([its.rows, its.bytes]).toEqual([3, Buffer.byteLength(mine.text)]);
    expect(expand(mine.text).map((row) => [row['id'], row['customerId'], row['total'], row['status']])).toEqual([
      [orders[0]!.id, shopper.id, '1000', 'pending'],
      [orders[1]!.id, shopper.id, '2000', 'confirmed'],
      [orders[2]!.id, shopper.id, '3000', 'confirmed'],
    ]);
  });

  it.each([
    ['payments', 2, 'pay_'],
    ['refunds', 1, 'rfd_'],
  ])('of %s is lines of JSON', async (kind, count, prefix) => {
    const { text } = await download(await ready((await ask({ kind, format: 'ndjson' })).body));
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string });
    expect([lines.length, lines.every(({ id }) => id.startsWith(prefix))]).toEqual([count, true]);
  });

  it('of sales is the report', async () => {
    const { text } = await download(await ready((await ask({ kind: 'sales', by: 'product' })).body));
    expect(expand(text)).toMatchObject([{ key: mug.id, gross: '5000', refunded: '1000', orders: '2' }]);
  });

  it.each(['orders', 'sales'])('of %s agrees with the ledger, also on a refunded order', async (kind) => {
    const [sum] = await api.sql(
      `SELECT -sum(e.amount) FILTER (WHERE a.code = 'sales') AS captured, sum(e.amount) FILTER (WHERE a.code = 'refunds') AS refunded
       FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id`,
    );
    const rows = expand((await download(await ready((await ask({ kind })).body))).text);
    const total = (name: string) => rows.reduce((all, row) => all + Number(row[name]), 0);
    const [captured, refunded] = kind === 'sales' ? ['gross', 'refunded'] : ['capturedAmount', 'refundedAmount'];
    expect([total(captured), total(refunded)]).toEqual([Number(sum!['captured']), Number(sum!['refunded'])]);
    expect(total(refunded)).toBe(1000);
  });

  it('has each row once, whoever makes it, and continues where one ended', async () => {
    const made = (await ask({ kind: 'ledger_entries' })).body;
    const id = decodeId('exp', made.id) as ExportId;
    await Promise.all([runner().run(id), runner().step(id), runner().run(id)]);
    const rows = expand((await download(await ready(made))).text);
    const manual = rows
      .filter(({ kind }) => kind === 'manual')
      .map((row) => `${row['transactionId']} ${row['position']}`);
    expect([manual.length, new Set(manual).size]).toEqual([2 * POSTED, 2 * POSTED]);
    expect(manual).toEqual(manual.toSorted());
  });
});

/** An export of which one piece is made, and of which no event tells the worker. */
async function half(): Promise<ExportId> {
  const id = randomUUID().replace(/^.{13}/, '01900000-0000') as ExportId;
  await api.sql(
    `INSERT INTO exports (id, owner_id, by_key, kind, format, parameters, link_secret)
     SELECT $1, owner_id, false, kind, format, parameters, link_secret FROM exports WHERE kind = 'ledger_entries' LIMIT 1`,
    [id],
  );
  await runner().step(id);
  return id;
}

describe('A file that is being made', () => {
  it('is not offered, and the database does not call it ready without all its pieces', async () => {
    const id = await half();
    const its = await read({ id: encodeId('exp', id) });
    expect(its).toMatchObject({ status: 'running', url: null, reason: null });
    expect(its.rows).toBeGreaterThan(0);
    const finish = (more: string) =>
      api.sql(`UPDATE exports SET status = 'ready', finished_at = now()${more} WHERE id = $1`, [id]);
    await expect(finish(', chunk_count = chunk_count + 1')).rejects.toThrow('has not all of its pieces');
    await expect(finish(', byte_count = byte_count + 1')).rejects.toThrow('has not all of its pieces');
    await runner().run(id);
    expect((await read({ id: encodeId('exp', id) })).status).toBe('ready');
    await expect(api.sql('UPDATE exports SET byte_count = 1 WHERE id = $1', [id])).rejects.toThrow('exports');
    const add = 'INSERT INTO export_chunks (export_id, position, data) VALUES ($1, 99, $2)';
    await expect(api.sql(add, [id, Buffer.from('x')])).rejects.toThrow('is finished');
  });
});

describe('A link to a file', () => {
  const refused = { status: 403, text: expect.stringContaining('export_link_invalid') as string };

  it('works for this file alone, and until it expires', async () => {
    const [one, two] = [
      await ready((await ask({ kind: 'orders' })).body),
      await ready((await ask({ kind: 'orders' })).body),
    ];
    expect(await download({ url: one.url!.replace(one.id, two.id) })).toMatchObject(refused);
    expect(await download({ url: one.url!.replace(/signature=./, 'signature=!') })).toMatchObject(refused);
    expect(await download({ url: one.url!.replace(/expires=\d/, 'expires=9') })).toMatchObject(refused);
    api.moveClock(301);
    expect(await download(one)).toMatchObject(refused);
    api.moveClock(0);
    expect(await download(one)).toMatchObject({ status: 200 });
  });

  it('works while its owner may read, and each download is in the audit log', async () => {
    const clerk = await api.person('finance');
    const made = (await ask({ kind: 'payments' }, clerk.token)).body;
    await vi.waitFor(
      async () => expect((await api.get<ExportBody>(`/v1/exports/${made.id}`, clerk)).body.status).toBe('ready'),
      15_000,
    );
    const its = (await api.get<ExportBody>(`/v1/exports/${made.id}`, clerk)).body;
    expect(await download(its)).toMatchObject({ status: 200 });
    const found = `SELECT action, actor_id, after FROM audit_log WHERE target_id = $1 ORDER BY id`;
    expect(await api.sql(found, [made.id])).toMatchObject([
      { action: 'export.requested', actor_id: decodeId('usr', clerk.id) },
      { action: 'export.downloaded', actor_id: null, after: { by: 'link', ownerId: clerk.id } },
    ]);
    await api.tokenFor(clerk, 'support');
    expect(await download(its)).toMatchObject(refused);
    await api.tokenFor(clerk, 'finance');
    await api.sql(`UPDATE users SET status = 'disabled' WHERE id = $1`, [decodeId('usr', clerk.id)]);
    expect(await download(its)).toMatchObject(refused);
  });

  it('of a machine works while its key does', async () => {
    const key = { name: 'ERP', scopes: ['reports:read', 'orders:read'] };
    const minted = (
      await api.post<{ id: string; key: string }>('/v1/api-keys', { token: admin.token, body: key, key: null })
    ).body;
    const made = (await ask({ kind: 'orders' }, minted.key)).body;
    expect((await ask({ kind: 'payments' }, minted.key)).status).toBe(403);
    const its = await vi.waitFor(async () => {
      const { body } = await api.request<ExportBody>(`GET /v1/exports/${made.id}`, { token: minted.key });
      expect(body.status).toBe('ready');
      return body;
    }, 15_000);
    expect(await download(its)).toMatchObject({ status: 200 });
    await api.request(`DELETE /v1/api-keys/${minted.id}`, { token: admin.token });
    expect(await download(its)).toMatchObject(refused);
  });
});

describe('Asking for an export', () => {
  it('twice with one key is one export', async () => {
    const key = randomUUID();
    const [one, two] = [
      await ask({ kind: 'orders' }, finance.token, key),
      await ask({ kind: 'orders' }, finance.token, key),
    ];
    expect(two.body.id).toBe(one.body.id);
    expect(two.headers.get('idempotent-replayed')).toBe('true');
  });

  it('needs the permission to read such rows, then and later', async () => {
    expect((await ask({ kind: 'orders' }, support.token)).status).toBe(403);
    const made = (await ask({ kind: 'orders' })).body;
    expect((await api.get(`/v1/exports/${made.id}`, admin)).status).toBe(404);
  });

  it.each([
    [{ kind: 'secrets' }, '/kind'],
    [{ kind: 'orders', format: 'xlsx' }, '/format'],
    [{ kind: 'orders', by: 'day' }, '/by'],
    [{ kind: 'sales', from: '2020-01-01', to: '2026-01-01' }, '/to'],
    [{ kind: 'orders', from: '2010-01-01', to: '2026-01-01' }, '/to'],
  ])('is not possible for %j', async (body, pointer) => {
    expect(await ask(body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('is refused while five are made, by however many requests at once', async () => {
    const clerk = await api.person('finance');
    await api.sql(
      `INSERT INTO exports (id, owner_id, by_key, kind, format, parameters, link_secret)
       SELECT gen_random_uuid(), $1, false, 'orders', 'csv', '{}', decode(repeat('00', 32), 'hex') FROM generate_series(1, 4)`,
      [decodeId('usr', clerk.id)],
    );
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask({ kind: 'sales' }, clerk.token)));
    expect(answers.some(({ status }) => status === 409)).toBe(true);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'too_many_exports' });
  });

  it('is refused while the files of all together have 20 GiB', async () => {
    const [clerk, other] = [await api.person('finance'), await api.person('finance')];
    const kept = async (bytes: number) =>
      api.sql(
        `INSERT INTO exports (id, owner_id, by_key, kind, format, parameters, link_secret, byte_count)
         VALUES (gen_random_uuid(), $1, false, 'orders', 'csv', '{}', decode(repeat('00', 32), 'hex'), $2)`,
        [decodeId('usr', other.id), bytes],
      );
    await kept(19 * 1024 ** 3);
    expect(await ask({ kind: 'sales' }, clerk.token)).toMatchObject({ status: 201 });
    await kept(1024 ** 3);
    expect(await ask({ kind: 'sales' }, clerk.token)).toMatchObject({
      status: 409,
      body: { code: 'too_much_exported', detail: expect.stringContaining('all exports') as string },
    });
    await api.sql('DELETE FROM exports WHERE owner_id = $1', [decodeId('usr', other.id)]);
  });
});

it('Old exports are deleted with their files', async () => {
  const old = '01800000-0000-7000-8000-000000000001';
  await api.sql(
    `INSERT INTO exports (id, owner_id, by_key, kind, format, parameters, link_secret)
     VALUES ($1, $2, false, 'orders', 'csv', '{}', decode(repeat('00', 32), 'hex'))`,
    [old, decodeId('usr', finance.id)],
  );
  await api.sql(`INSERT INTO export_chunks (export_id, position, data) VALUES ($1, 1, 'x')`, [old]);
  const [before] = await api.sql('SELECT count(*)::int AS count FROM exports');
  await worker.get(ExportsRetention, { strict: false }).sweep();
  expect(await api.sql('SELECT position FROM export_chunks WHERE export_id = $1', [old])).toEqual([]);
  const [after] = await api.sql('SELECT count(*)::int AS count FROM exports');
  expect(Number(before!['count']) - Number(after!['count'])).toBeGreaterThanOrEqual(1);
});
