import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { Retention } from '../../../src/privacy/retention.schedule.js';
import { UnfinishedErasures } from '../../../src/privacy/unfinished-erasures.schedule.js';
import { WebhookProcessor } from '../../../src/payments/webhooks/webhook-processor.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { PageBody, PaymentBody } from '../../support/bodies.js';
import { message, sandboxOffice } from '../../support/sandbox.js';
import { admin, api, conflict, finance, mug, scenario, worker } from '../../support/scenario.js';

const PASSWORD = 'a long enough password';
/** What leads to the person: no other row of the database contains any of it. */
const ada = {
  name: 'Adalgisa Quintrell',
  email: `adalgisa.${randomUUID()}@till.test`,
  phone: '+49 30 90182733',
  street: 'Zwiebelgasse 4711b',
};
const traces = [ada.name, ada.email, ada.phone, ada.street];
const shippingAddress = { name: ada.name, line1: ada.street, phone: ada.phone, email: ada.email };

let mails: string;
scenario({
  people: ['admin', 'finance'],
  worker: true,
  asRole: 'running',
  mugs: 10_000,
  env: async () => ({ MAIL_DIRECTORY: (mails = await mkdtemp(path.join(tmpdir(), 'till-erasure-'))) }),
});
afterAll(() => rm(mails, { recursive: true, force: true }));

/** Somebody who registered and signed in. */
async function registered({ name, email } = { name: 'Grace', email: `${randomUUID()}@till.test` }): Promise<Person> {
  const body = { name, email, password: PASSWORD };
  const { id } = (await api.post<{ id: string }>('/v1/auth/register', { body })).body;
  return { id, token: await signIn(email) };
}
async function signIn(email: string): Promise<string> {
  const body = { email, password: PASSWORD };
  return (await api.request<{ accessToken: string }>('POST /v1/auth/login', { body })).body.accessToken;
}
const eraseMe = ({ token }: Person, password = PASSWORD) =>
  api.request('DELETE /v1/users/me', { token, body: { password } });
const finish = ({ id }: { readonly id: string }) => worker.get(UnfinishedErasures).finish(decodeId('usr', id)!);
const lines = () => [{ productId: mug.id, quantity: 1 }];
const as = ({ token }: Person, body: object) => ({ token, body });

interface Export {
  readonly account: object;
  readonly data: Readonly<Record<string, readonly object[]>>;
}

/** Somebody with a role of these permissions. */
async function withRole(role: { readonly name: string; readonly permissions: readonly string[] }): Promise<Person> {
  await api.post('/v1/roles', as(admin, role));
  const person = await registered();
  await api.request(`PATCH /v1/users/${person.id}`, as(admin, { roles: [role.name] }));
  const email = (await api.get<{ email: string }>(`/v1/users/${person.id}`, admin)).body.email;
  return { id: person.id, token: await signIn(email) };
}

/** The columns that docs/privacy.md lists: those with personal data, and the others. */
async function dataMap(): Promise<{ personal: string[]; other: string[] }> {
  const text = await readFile(path.resolve('docs/privacy.md'), 'utf8');
  const [, map = '', rest = ''] = text.split(/^## (?:Columns with|Columns without) personal data$/m);
  const firstCells: string[] = map.match(/^\| `[^|]+/gm) ?? [];
  const personal = firstCells.flatMap((cell) => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!));
  const other = [...rest.matchAll(/^\| `([\w.]+)` +\| ([^|]+)\|/gm)].flatMap(([, table, columns]) =>
    [...columns!.matchAll(/`(\w+)`/g)].map(([, column]) => `${table}.${column}`),
  );
  return { personal, other };
}

/** Every place that contains one of the texts: tables, Redis and files of mails. */
async function placesOf(texts: readonly string[]): Promise<string[]> {
  const found = [...(await inDatabase(texts)), ...(await inRedis(texts)), ...(await inMails(texts))];
  return [...new Set(found)].toSorted();
}

async function inDatabase(texts: readonly string[]): Promise<string[]> {
  const tables = await api.sql(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'sandbox')`,
  );
  const wanted = texts.flatMap((text) => [
    text,
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('base64'),
  ]);
  const found: string[] = [];
  for (const { name } of tables) {
    const sql = `SELECT count(*)::int AS rows FROM ${String(name)} t WHERE EXISTS (
      SELECT FROM unnest($1::text[]) AS w WHERE position(lower(w) IN lower(to_jsonb(t)::text)) > 0)`;
    const [counted] = await api.sql(sql, [wanted]);
    if (Number(counted!['rows']) > 0) found.push(String(name));
  }
  return found;
}

async function inRedis(texts: readonly string[]): Promise<string[]> {
  const redis = new Redis(api.settings['REDIS_URL']!);
  try {
    const keys = await redis.keys('*');
    const values = await Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)] as const));
    const has = (key: string, value: Buffer | null) =>
      texts.some((text) => key.includes(text) || value?.includes(text));
    return values.filter(([key, value]) => has(key, value)).map(([key]) => `redis ${key}`);
  } finally {
    redis.disconnect();
  }
}

async function inMails(texts: readonly string[]): Promise<string[]> {
  const files = await Promise.all((await readdir(mails)).map((name) => readFile(path.join(mails, name), 'utf8')));
  return files.some((file) => texts.some((text) => file.includes(text))) ? ['mails'] : [];
}

/** A customer about whom every kind of row exists. */
async function leaveTraces(): Promise<Person> {
  const person = await registered(ada);
  await api.post('/v1/auth/password/forgot', { body: { email: ada.email } });
  await api.request('POST /v1/auth/login', { body: { email: ada.email, password: 'a wrong password' } });
  await api.get(`/v1/users?email=${ada.email}`, person);
  const own = { given: { shippingAddress, metadata: { note: `for ${ada.name}` } } };
  const paid = (await api.checkOut(person, lines(), {}, own)).body;
  const discounts = [{ name: 'Sorry', percentage: '10', reason: `${ada.name} waited` }];
  await api.place(admin, lines(), { given: { ...own.given, customerId: person.id, discounts } });
  const orders = await api.get<PageBody<{ id: string; status: string }>>('/v1/orders', person);
  for (const { id, status } of orders.body.data) {
    if (status === 'pending')
      await api.post(`/v1/orders/${id}/cancellation`, as(person, { reason: `I am ${ada.name}` }));
  }
  const payments = await api.get<PageBody<PaymentBody>>(`/v1/orders/${paid.id}/payments`, person);
  const payment = payments.body.data[0]!;
  await api.refund(finance, payment, { amount: 1, reason: `asked at ${ada.phone}` });
  const asked = as(finance, { paymentId: payment.id, amount: 1, reason: `lives at ${ada.street}` });
  const approval = (await api.post<{ id: string }>('/v1/approvals', asked)).body;
  await api.post(`/v1/approvals/${approval.id}/decision`, as(admin, { decision: 'reject', note: ada.name }));
  await api.post(`/v1/orders/${paid.id}/messages`, as(person, { text: `Call ${ada.phone}` }));
  await api.post(`/v1/orders/${paid.id}/messages`, as(admin, { text: `Dear ${ada.name}` }));
  await api.post(`/v1/orders/${paid.id}/fulfillments`, as(admin, {}));
  await tellOf(payment);
  await expect.poll(() => inMails([ada.email]), { timeout: 20_000 }).toEqual(['mails']);
  return person;
}

/** Webhooks with a name: one about the payment, one about nothing that Till knows. */
async function tellOf(payment: PaymentBody): Promise<void> {
  const office = sandboxOffice(api);
  const told = await office.webhook(payment, { type: 'captured', amount: payment.amount, own: true });
  await office.send(message({ ...(JSON.parse(told.raw.toString()) as object), id: told.id, holder: ada }));
  await office.send(message({ id: `msg_${randomUUID()}`, type: 'customer.updated', customer: ada }));
  await api.app.get(WebhookProcessor).processDue();
}

describe('the erasure of an account', () => {
  it('leaves no trace of name, e-mail address, phone and street, and the proof holds', async () => {
    const person = await leaveTraces();
    expect(await placesOf(traces)).toEqual([
      'mails',
      'public.approvals',
      'public.events',
      'public.idempotency_keys',
      'public.mailed_tokens',
      'public.order_discounts',
      'public.order_messages',
      'public.orders',
      'public.provider_webhooks',
      'public.refunds',
      'public.users',
    ]);
    expect(await eraseMe(person, 'a wrong password')).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
    expect((await eraseMe(person)).status).toBe(204);
    await finish(person);
    expect(await placesOf(traces)).toEqual([]);
    // Neither is anything left that belongs to the account alone.
    for (const table of ['sessions', 'known_sign_ins', 'mailed_tokens', 'unverified_mails']) {
      expect(await api.sql(`SELECT FROM ${table} WHERE user_id = $1`, [decodeId('usr', person.id)])).toEqual([]);
    }
    for (const query of ['', '?full=true']) {
      const proof = (await api.get<{ checks: { holds: boolean }[] }>(`/v1/ledger/proof${query}`, admin)).body;
      expect(proof.checks.filter(({ holds }) => !holds)).toEqual([]);
    }
  });

  it('waits until no order is open and no money is due', async () => {
    const person = await registered();
    const order = (await api.place(person, lines(), { given: { shippingAddress } })).body;
    expect(await eraseMe(person)).toMatchObject(conflict('erasure_blocked'));
    await api.post(`/v1/orders/${order.id}/cancellation`, as(person, {}));
    const credit = { amount: 500, currency: 'EUR', reason: 'sorry' };
    await api.post(`/v1/users/${person.id}/store-credit-grants`, as(finance, credit));
    const blocked = await eraseMe(person);
    expect(blocked).toMatchObject(conflict('erasure_blocked'));
    expect(blocked.text).toContain('(balances of store credit: 1)');
    const transfer = { amount: 500, currency: 'EUR', toUserId: (await api.person()).id };
    await api.post(`/v1/users/${person.id}/store-credit-transfers`, as(finance, transfer));
    expect((await eraseMe(person)).status).toBe(204);
  });

  it.each([
    [
      'a payment that waits for its shopper',
      'pm_requires_action',
      'open orders: 1, payments or refunds in progress: 1',
    ],
    ['a disputed payment', 'pm_dispute', 'open orders: 1'],
  ])('waits for %s', async (_, paymentMethod, words) => {
    const person = await registered();
    await api.checkOut(person, lines(), { paymentMethod });
    const blocked = await eraseMe(person);
    expect(blocked).toMatchObject(conflict('erasure_blocked'));
    expect(blocked.text).toContain(words);
  });

  it('ends the access of the person, frees the address, and is final', async () => {
    const email = `${randomUUID()}@till.test`;
    const person = await registered({ name: 'Grace', email });
    expect((await eraseMe(person)).status).toBe(204);
    expect(await signIn(email)).toBeUndefined();
    await expect.poll(async () => (await api.get('/v1/users/me', person)).status, { timeout: 20_000 }).toBe(401);
    const erased = await api.get<{ name: string; status: string }>(`/v1/users/${person.id}`, admin);
    expect(erased.body).toMatchObject({ name: 'Erased', status: 'disabled', roles: ['customer'] });
    const change = { token: admin.token, body: { status: 'active' } };
    expect(await api.request(`PATCH /v1/users/${person.id}`, change)).toMatchObject(conflict('account_erased'));
    expect(await api.request(`DELETE /v1/users/${person.id}`, admin)).toMatchObject(conflict('account_erased'));
    const revive = `UPDATE users SET status = 'active' WHERE id = $1`;
    await expect(api.sql(revive, [decodeId('usr', person.id)])).rejects.toThrow('append-only');
    expect((await registered({ name: 'Grace', email })).token).toEqual(expect.any(String));
  });

  it('is done for somebody by staff with the permission, who have all rights of the account', async () => {
    const [person, colleague] = [await registered(), await api.person('admin')];
    expect(await api.request(`DELETE /v1/users/${person.id}`, finance)).toMatchObject({ status: 403 });
    expect(await api.request(`DELETE /v1/users/${admin.id}`, admin)).toMatchObject(conflict('own_erasure'));
    const keeper = await withRole({ name: 'privacy_desk', permissions: ['users:erase', 'users:export'] });
    expect(await api.request(`DELETE /v1/users/${colleague.id}`, keeper)).toMatchObject({ status: 403 });
    expect(await api.get(`/v1/users/${colleague.id}/export`, keeper)).toMatchObject({ status: 403 });
    expect(await api.get(`/v1/users/${person.id}/export`, keeper)).toMatchObject({ status: 200 });
    expect((await api.request(`DELETE /v1/users/${person.id}`, keeper)).status).toBe(204);
    const log = await api.get<PageBody<object>>(`/v1/audit-log?targetId=${person.id}`, admin);
    expect(log.body.data.slice(0, 2)).toMatchObject([{ action: 'user.erased' }, { action: 'user.exported' }]);
  });

  it('takes the address from an order that was placed at the same moment, once that has ended', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await registered();
      const options = { given: { shippingAddress } };
      const [erased, ...placed] = await Promise.all([
        eraseMe(person),
        ...[1, 2].map(() => api.place(person, lines(), options)),
      ]);
      const orders = placed.filter(({ status }) => status === 201).map(({ body }) => body);
      for (const { id } of orders) await api.post(`/v1/orders/${id}/cancellation`, as(admin, {}));
      const ended = erased.status === 409 ? await eraseMe(person) : erased;
      expect(ended.status).toBe(204);
      await finish(person);
      await worker.get(Retention).sweep();
      const left = `SELECT FROM orders WHERE customer_id = $1 AND shipping_address IS NOT NULL`;
      expect(await api.sql(left, [decodeId('usr', person.id)])).toEqual([]);
    }
  });
});

describe('the export of an account', () => {
  it('has every kind of row about the person, and neither secrets nor anything of others', async () => {
    const person = await registered();
    const paid = (await api.checkOut(person, lines(), {}, { given: { shippingAddress } })).body;
    await api.checkOut(await registered(), lines());
    const answer = await api.get<Export>('/v1/users/me/export', person);
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const { account, data } = answer.body;
    expect(account).toMatchObject({ id: person.id, name: 'Grace' });
    expect(data['orders']).toMatchObject([{ id: paid.id, customerId: person.id, shippingAddress }]);
    expect(data['payments']).toMatchObject([{ orderId: paid.id, status: 'captured' }]);
    expect(data['sessions']).toMatchObject([{ userId: person.id, address: '127.0.0.1' }]);
    expect(data['audit_log']).toMatchObject([
      { action: 'auth.sign_in', address: '127.0.0.0/24' },
      { action: 'user.exported' },
    ]);
    expect(data['events']!.length).toBeGreaterThan(1);
    expect(answer.text).not.toMatch(/hash|\\\\x|argon2/i);
  });

  it('has each table in which the data map finds personal data', async () => {
    const person = await registered();
    const { data } = (await api.get<Export>('/v1/users/me/export', person)).body;
    const tables = [...new Set((await dataMap()).personal.map((column) => column.split('.')[0]!))];
    const elsewhere = ['users', 'refresh_tokens', 'audit_addresses', 'event_deliveries'];
    expect(tables.filter((table) => !(table in data) && !elsewhere.includes(table))).toEqual([]);
  });
});

describe('the data map', () => {
  it('names every column of the schema that can hold text or bytes, as personal or as not', async () => {
    const rows = await api.sql(
      `SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name || '.' || column_name AS name
       FROM information_schema.columns
       WHERE table_schema IN ('public', 'sandbox') AND data_type IN ('text', 'ARRAY', 'jsonb', 'bytea', 'inet', 'character varying')`,
    );
    const { personal, other } = await dataMap();
    expect([...personal, ...other].toSorted()).toEqual(rows.map(({ name }) => String(name)).toSorted());
  });
});

describe('retention', () => {
  it('deletes what is older than the settings keep it, and nothing that is still needed', async () => {
    await api.sql(`
      INSERT INTO provider_webhooks (id, provider, provider_event_id, type, raw, headers, state, received_at)
      SELECT ('01600000-0000-7000-8000-00000000000' || n)::uuid, 'sandbox', 'old-' || n, 't', '', '{}', state, now()
      FROM unnest(ARRAY['applied', 'ignored', 'quarantined', 'dead']) WITH ORDINALITY AS t (state, n)`);
    await worker.get(Retention).sweep();
    const left = await api.sql(
      `SELECT state FROM provider_webhooks WHERE provider_event_id LIKE 'old-%' ORDER BY state`,
    );
    expect(left.map(({ state }) => state)).toEqual(['dead', 'quarantined']);
  });

  it('never deletes an event of the last 30 days, whoever asks', async () => {
    await expect(api.sql('DELETE FROM events')).rejects.toThrow('append-only');
    await expect(api.sql(`UPDATE events SET data = '{}'`)).rejects.toThrow('append-only');
    for (const forced of ['DELETE FROM events', `UPDATE events SET data = '{}'`])
      await expect(api.sql(`SET LOCAL till.erasing = 'on'; ${forced}`)).rejects.toThrow('append-only');
    const [left] = await api.sql(`SELECT delete_old_events('ffffffff-ffff-ffff-ffff-ffffffffffff', 0) AS deleted`);
    expect(left).toEqual({ deleted: 0 });
  });
});
