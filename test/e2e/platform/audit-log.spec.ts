import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProofRunner } from '../../../src/platform/proof/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { admin, api, scenario } from '../../support/scenario.js';

interface Entry {
  readonly id: string;
  readonly action: string;
  readonly outcome: string;
  readonly actorId: string | null;
  readonly apiKeyId: string | null;
  readonly targetId: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly address: string | null;
  readonly requestId: string | null;
}

scenario({ people: ['admin'], unchecked: true });

const list = async (query: string, { token }: Person = admin) =>
  (await api.request<{ data: Entry[]; nextCursor: string | null }>(`GET /v1/audit-log?${query}`, { token })).body;
/** The one entry of a request, once it is there: refusals are written in the background. */
async function entryOf(requestId: string): Promise<Entry> {
  await expect.poll(async () => (await list(`requestId=${requestId}`)).data.length, { timeout: 10_000 }).toBe(1);
  return (await list(`requestId=${requestId}`)).data[0]!;
}
/** Sends the request under an id of its own, and returns its entry. */
async function audited(line: string, options: { token?: string; body?: object } = {}): Promise<Entry> {
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId, ...(line.startsWith('POST') && { 'idempotency-key': randomUUID() }) };
  await api.request(line, { ...options, headers });
  return entryOf(requestId);
}

describe('the audit log', () => {
  it('has who signed in, and who did not, without what they typed', async () => {
    const body = { email: `${randomUUID()}@till.test`, password: 'a long enough password' };
    await api.post('/v1/auth/register', { body: { ...body, name: 'Ada' } });
    const signedIn = await audited('POST /v1/auth/login', { body });
    expect(signedIn).toMatchObject({ action: 'auth.sign_in', outcome: 'succeeded', address: '127.0.0.0/24' });
    expect(signedIn.targetId).toBe(signedIn.actorId);
    const wrong = await audited('POST /v1/auth/login', { body: { ...body, password: 'another password' } });
    expect(wrong).toMatchObject({ outcome: 'failed', actorId: null, targetId: signedIn.targetId });
    const unknown = await audited('POST /v1/auth/login', { body: { ...body, email: 'hunter2@till.test' } });
    expect(unknown).toMatchObject({ outcome: 'failed', actorId: null, targetId: null });
    expect(JSON.stringify([signedIn, wrong, unknown])).not.toMatch(/hunter2|till\.test|password/);
  });

  it('has new passwords, and sessions that their owners ended', async () => {
    const [body, next] = [
      { email: `${randomUUID()}@till.test`, password: 'four quiet grey herons' },
      'seven loud herons',
    ];
    const ada = (await api.post<{ id: string }>('/v1/auth/register', { body: { ...body, name: 'Ada' } })).body;
    const signIn = async (password: string) =>
      (
        await api.post<{ accessToken: string; refreshToken: string }>('/v1/auth/login', {
          body: { email: body.email, password },
        })
      ).body;
    const { accessToken: token } = await signIn(body.password);
    const change = { currentPassword: body.password, newPassword: next };
    const changed = await audited('POST /v1/auth/password/change', { token, body: change });
    expect(changed).toMatchObject({ action: 'user.password_set', actorId: ada.id, targetId: ada.id });
    const [{ refreshToken }, other] = [await signIn(next), await signIn(next)];
    const signedOut = await audited('POST /v1/auth/logout', { body: { refreshToken } });
    expect(signedOut).toMatchObject({ action: 'auth.sign_out', actorId: ada.id, address: '127.0.0.0/24' });
    expect(signedOut.targetId).toMatch(/^ses_/);
    const sessions = await api.get<{ data: { id: string; current: boolean }[] }>('/v1/auth/sessions', {
      id: ada.id,
      token: other.accessToken,
    });
    const old = sessions.body.data.find(({ current }) => !current)!;
    expect(await audited(`DELETE /v1/auth/sessions/${old.id}`, { token: other.accessToken })).toMatchObject({
      action: 'session.revoked',
      actorId: ada.id,
      targetId: old.id,
    });
    expect(JSON.stringify([changed, signedOut])).not.toMatch(/till\.test|herons/);
  });

  it('has products and their prices, from what to what', async () => {
    const { token } = admin;
    const body = { sku: randomUUID(), name: 'Mug', price: { amount: 1000, currency: 'EUR' } };
    const made = await audited('POST /v1/products', { token, body });
    expect(made).toMatchObject({ action: 'product.created', actorId: admin.id, after: { sku: body.sku, price: 1000 } });
    const change = { price: { amount: 1, currency: 'EUR' }, name: 'Mug' };
    const changed = await audited(`PATCH /v1/products/${made.targetId}`, { token, body: change });
    expect(changed).toMatchObject({ action: 'product.changed', targetId: made.targetId });
    expect(changed).toMatchObject({ before: { price: 1000 }, after: { price: 1 } });
    expect(await audited(`DELETE /v1/products/${made.targetId}`, { token })).toMatchObject({
      before: { status: 'active' },
      after: { status: 'archived' },
    });
  });

  it('has what was denied, also what a caller is told does not exist', async () => {
    const [ada, eve, mug] = [await api.person(), await api.person(), await api.product()];
    const order = (await api.place(ada, [{ productId: mug.id, quantity: 1 }])).body;
    const denied = await audited('GET /v1/users', { token: eve.token });
    expect(denied).toMatchObject({ action: 'access.denied', outcome: 'denied', actorId: eve.id });
    expect(denied).toMatchObject({ targetId: 'GET /v1/users', after: { code: 'forbidden', path: '/v1/users' } });
    const hidden = await audited(`GET /v1/orders/${order.id}`, { token: eve.token });
    expect(hidden).toMatchObject({ outcome: 'denied', targetId: 'GET /v1/orders/:id', after: { code: 'not_found' } });
    const absent = randomUUID();
    await api.get('/v1/orders/ord_01h455vb4pex5vsknk084sn02q', eve, { 'x-request-id': absent });
    expect((await list(`requestId=${absent}`)).data).toEqual([]);
  });

  it('has who changed the rights of whom, from what to what', async () => {
    const ada = await api.person();
    const { token } = admin;
    const promoted = await audited(`PATCH /v1/users/${ada.id}`, { token, body: { roles: ['support'], name: 'Grace' } });
    expect(promoted).toMatchObject({
      action: 'user.changed',
      actorId: admin.id,
      targetId: ada.id,
      before: { roles: ['customer'], status: 'active' },
      after: { roles: ['support'], status: 'active', changed: ['name'] },
    });
    expect(JSON.stringify(promoted)).not.toContain('Grace');
    const role = { name: 'returns_desk', permissions: ['orders:read'] };
    expect(await audited('POST /v1/roles', { token, body: role })).toMatchObject({
      action: 'role.created',
      targetId: 'returns_desk',
      after: { permissions: ['orders:read'] },
    });
    const body = { permissions: ['stock:read'] };
    expect(await audited('PATCH /v1/roles/returns_desk', { token, body })).toMatchObject({
      action: 'role.changed',
      before: { permissions: ['orders:read'] },
      after: { permissions: ['stock:read'] },
    });
    expect(await audited('DELETE /v1/roles/returns_desk', { token })).toMatchObject({ action: 'role.deleted' });
  });

  it('has money that people moved, and prices that they set', async () => {
    const [ada, mug, { token }] = [await api.person(), await api.product(), admin];
    const order = (await api.place(ada, [{ productId: mug.id, quantity: 1 }])).body;
    const payment = (await api.pay(ada, order)).body;
    expect(await audited(`POST /v1/payments/${payment.id}/refunds`, { token, body: { amount: 10 } })).toMatchObject({
      action: 'refund.requested',
      after: { paymentId: payment.id, amount: 10, currency: 'EUR' },
    });
    const held = (await api.place(ada, [{ productId: mug.id, quantity: 2 }])).body;
    const { body: open } = await api.pay(ada, held, { capture: 'manual' }, admin);
    expect(await audited(`POST /v1/payments/${open.id}/captures`, { token, body: { amount: 10 } })).toMatchObject({
      action: 'capture.requested',
      actorId: admin.id,
      targetId: open.id,
      after: { amount: 10, currency: 'EUR' },
    });
    expect(await audited(`POST /v1/payments/${open.id}/cancellation`, { token })).toMatchObject({
      action: 'void.requested',
      targetId: open.id,
    });
    const lines = [{ productId: mug.id, quantity: 1, unitPrice: 5 }];
    expect(await audited('POST /v1/orders', { token, body: { lines, customerId: ada.id } })).toMatchObject({
      action: 'order.price_overridden',
      after: { prices: [{ productId: mug.id, unitPrice: 5 }] },
    });
    const grant = { amount: 5, currency: 'EUR', reason: 'sorry' };
    expect(await audited(`POST /v1/users/${ada.id}/store-credit-grants`, { token, body: grant })).toMatchObject({
      action: 'store_credit.granted',
      targetId: ada.id,
    });
    const postings = [{ debit: 'payouts', credit: 'equity', amount: 1 }];
    const entry = { currency: 'EUR', postings, reason: 'founding' };
    expect(await audited('POST /v1/ledger/transactions', { token, body: entry })).toMatchObject({
      action: 'ledger.posted',
      after: { reason: 'founding' },
    });
  });

  it('has keys, and what machines did with them', async () => {
    const { token } = admin;
    const requestId = randomUUID();
    const { body } = await api.request<{ id: string; key: string }>('POST /v1/api-keys', {
      token,
      body: { name: 'ERP', scopes: ['stock:read'] },
      headers: { 'x-request-id': requestId },
    });
    const created = await entryOf(requestId);
    expect(created).toMatchObject({ action: 'api_key.created', targetId: body.id, after: { scopes: ['stock:read'] } });
    expect(JSON.stringify(created)).not.toContain(body.key.slice(-20));
    expect(await audited('GET /v1/orders', { token: body.key })).toMatchObject({
      outcome: 'denied',
      actorId: admin.id,
      apiKeyId: body.id,
    });
    expect(await audited(`DELETE /v1/api-keys/${body.id}`, { token })).toMatchObject({ action: 'api_key.revoked' });
  });

  it('has nothing of a change that failed', async () => {
    const requestId = randomUUID();
    await api.request('POST /v1/roles', {
      token: admin.token,
      body: { name: 'admin', permissions: [] },
      headers: { 'x-request-id': requestId },
    });
    expect((await list(`requestId=${requestId}`)).data).toEqual([]);
  });

  it('is searched by actor, target, action, outcome and time, page by page', async () => {
    const ada = await api.person();
    for (const name of ['Ada', 'Grace', 'Mary'])
      await api.request(`PATCH /v1/users/${ada.id}`, { token: admin.token, body: { name } });
    const of = (query: string) => list(`targetId=${ada.id}&${query}`);
    const all = await of('');
    expect(all.data.map(({ action }) => action)).toEqual(['user.changed', 'user.changed', 'user.changed']);
    const [first, rest] = [await of('limit=2'), await of(`limit=2&cursor=${(await of('limit=2')).nextCursor}`)];
    expect([...first.data, ...rest.data]).toEqual(all.data);
    for (const nothing of ['outcome=denied', 'action=role.changed', `actorId=${ada.id}`, 'to=2020-01-01T00:00:00Z'])
      expect((await of(nothing)).data).toEqual([]);
    for (const everything of ['outcome=succeeded', `actorId=${admin.id}`, 'from=2020-01-01T00:00:00Z'])
      expect((await of(everything)).data).toEqual(all.data);
    const bad = await api.request('GET /v1/audit-log?from=yesterday', { token: admin.token });
    expect(bad).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

describe('an entry', () => {
  let entry: Entry;
  beforeAll(async () => {
    const ada = await api.person();
    await api.request(`PATCH /v1/users/${ada.id}`, { token: admin.token, body: { roles: ['support'] } });
    entry = (await list(`targetId=${ada.id}`)).data[0]!;
    await api.app.get(ProofRunner).seal(false);
  });

  it.each([`UPDATE audit_log SET outcome = 'failed' WHERE id = $1`, 'DELETE FROM audit_log WHERE id = $1'])(
    'is not changed: %s',
    (statement) => expect(api.sql(statement, [decodeId('aud', entry.id)])).rejects.toThrow('append-only'),
  );

  it('that somebody with all rights in the database changed or deleted shows in the proof', async () => {
    expect((await sealsCheck()).holds).toBe(true);
    await api.sql('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
    await api.sql(`UPDATE audit_log SET after = '{"roles": ["customer"]}' WHERE id = $1`, [decodeId('aud', entry.id)]);
    expect(await sealsCheck()).toEqual({ holds: false, found: expect.stringContaining(entry.id) });
  });
});

/** What the proof says of the sealed rows. */
async function sealsCheck() {
  const found = (await api.proof()).checks.find(({ name }) => name === 'rows_are_as_sealed');
  return { holds: found?.holds, found: JSON.stringify(found) };
}
