import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { admin, api, scenario } from '../../support/scenario.js';

scenario({ people: ['admin'], unchecked: true });
afterEach(() => vi.restoreAllMocks());

let ahead = 0;
/** The time by which the api measures how old what it knows is runs ahead. */
function secondsPass(seconds: number): void {
  ahead += seconds * 1000;
  const began = performance.timeOrigin;
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - began + ahead);
}

const role = (...permissions: string[]) => ({ name: `r_${randomUUID().slice(0, 8)}`, permissions });
const make = (body: object, token = admin.token) => api.post<{ name: string }>('/v1/roles', { token, body });
const change = (name: string, body: object, token = admin.token) =>
  api.request(`PATCH /v1/roles/${name}`, { token, body });
const remove = (name: string) => api.request(`DELETE /v1/roles/${name}`, { token: admin.token });
const give = ({ id }: Person, roles: string[], token = admin.token) =>
  api.request<{ roles: string[] }>(`PATCH /v1/users/${id}`, { token, body: { roles } });
/** Somebody new with a new role of these permissions. */
async function personWith(...permissions: string[]): Promise<Person & { readonly role: string }> {
  const { name } = (await make(role(...permissions))).body;
  return { ...(await api.person(name as never)), role: name };
}
const problem = (status: number, code: string) => ({ status, body: { code } });

describe('a role made of permissions', () => {
  it('allows what its permissions allow, and a change reaches those who have it within a minute', async () => {
    const clerk = await personWith('stock:read');
    const [mug, stock] = [await api.product(), (id: string) => api.get(`/v1/products/${id}/stock-movements`, clerk)];
    expect(await stock(mug.id)).toMatchObject({ status: 200 });
    expect(await api.get('/v1/users', clerk)).toMatchObject(problem(403, 'forbidden'));
    expect(await change(clerk.role, { permissions: ['users:read'] })).toMatchObject({ status: 200 });
    secondsPass(59);
    expect(await stock(mug.id)).toMatchObject(problem(403, 'forbidden'));
    expect(await api.get('/v1/users', clerk)).toMatchObject({ status: 200 });
  });

  it('has a name of its own, and permissions that exist', async () => {
    const desk = role('orders:read');
    expect(await make(desk)).toMatchObject({ status: 201, body: { ...desk, description: '', builtIn: false } });
    expect(await make(desk)).toMatchObject(problem(409, 'role_taken'));
    expect(await make({ ...desk, name: 'admin' })).toMatchObject(problem(409, 'role_taken'));
    for (const bad of [role('orders:burn'), role('orders:read', 'orders:read'), { ...desk, name: 'Desk 1' }])
      expect(await make(bad)).toMatchObject(problem(400, 'validation_failed'));
    expect(await api.get('/v1/roles/nobody_has_it', admin)).toMatchObject(problem(404, 'not_found'));
    const all = await api.get<{ data: { name: string }[] }>('/v1/roles', admin);
    expect(all.body.data.map(({ name }) => name)).toEqual(expect.arrayContaining(['customer', 'admin', desk.name]));
  });

  it('is changed in the version that was read', async () => {
    const { name } = (await make(role())).body;
    const tag = (await api.get(`/v1/roles/${name}`, admin)).headers.get('etag')!;
    const edit = () =>
      api.request(`PATCH /v1/roles/${name}`, {
        token: admin.token,
        body: { description: 'Desk' },
        headers: { 'if-match': tag },
      });
    expect(await edit()).toMatchObject({ status: 200 });
    expect(await edit()).toMatchObject(problem(412, 'precondition_failed'));
  });

  it('stays while somebody has it, and a built-in one always', async () => {
    const clerk = await personWith('orders:read');
    expect(await remove(clerk.role)).toMatchObject(problem(409, 'role_in_use'));
    await give(clerk, ['customer']);
    expect(await remove(clerk.role)).toMatchObject({ status: 204 });
    expect(await give(clerk, [clerk.role])).toMatchObject(problem(400, 'validation_failed'));
    expect(await remove('support')).toMatchObject(problem(409, 'built_in_role'));
    expect(await change('support', { permissions: [] })).toMatchObject(problem(409, 'built_in_role'));
  });

  it('is either given or deleted when both happen at once', async () => {
    const { name } = (await make(role('orders:read'))).body;
    const ada = await api.person();
    const [one, other] = [new Client(api.settings.DATABASE_URL), new Client(api.settings.DATABASE_URL)];
    await Promise.all([one.connect(), other.connect()]);
    await one.query('BEGIN');
    await one.query('UPDATE users SET roles = $2 WHERE id = $1', [decodeId('usr', ada.id), [name]]);
    const deleted = other.query('DELETE FROM roles WHERE name = $1', [name]).catch((error: unknown) => error);
    await expect.poll(() => waiting()).toBe(1);
    await one.query('COMMIT');
    expect(await deleted).toMatchObject({ constraint: 'roles_unused' });
    await Promise.all([one.end(), other.end()]);
  });
});

describe('nobody gives what exceeds their own rights', () => {
  let keeper: Person & { readonly role: string };
  beforeAll(async () => {
    keeper = await personWith('users:write', 'roles:write', 'orders:read');
  });

  it('as a role of new permissions', async () => {
    const refused = problem(403, 'forbidden');
    expect(await make(role('orders:read'), keeper.token)).toMatchObject({ status: 201 });
    expect(await make(role('orders:read', 'payments:refund'), keeper.token)).toMatchObject(refused);
    expect(await change(keeper.role, { permissions: ['payments:refund'] }, keeper.token)).toMatchObject(refused);
    const mightier = (await make(role('payments:refund'))).body.name;
    expect(await change(mightier, { permissions: [] }, keeper.token)).toMatchObject(refused);
  });

  it('as an existing role, built in or not', async () => {
    const [ada, { name: mightier }] = [await api.person(), (await make(role('payments:refund'))).body];
    expect(await give(ada, [keeper.role], keeper.token)).toMatchObject({ status: 200, body: { roles: [keeper.role] } });
    for (const held of ['finance', 'admin', mightier])
      expect(await give(ada, [held], keeper.token)).toMatchObject(problem(403, 'forbidden'));
    const boss = await api.person(mightier as never);
    expect(await give(boss, ['customer'], keeper.token)).toMatchObject(problem(403, 'forbidden'));
  });
});

describe('the last administrator', () => {
  it('of two who demote each other at once, one stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [eve, mallory] = await Promise.all([api.person('admin'), api.person('admin')]);
      // Both are known to the api as administrators, so the guards refuse neither.
      await Promise.all([eve, mallory].map((one) => api.get('/v1/users/me', one)));
      await alone([eve, mallory], async () => {
        const answers = await Promise.all([
          give(eve, ['customer'], mallory.token),
          give(mallory, ['customer'], eve.token),
        ]);
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
        expect(answers.find(({ status }) => status === 409)).toMatchObject(problem(409, 'last_admin'));
      });
    }
  });

  it('stays also when two connections demote past the api, and can not be disabled or deleted', async () => {
    const eve = await api.person('admin');
    const id = decodeId('usr', eve.id);
    await alone([eve], async () => {
      const refused = { constraint: 'users_last_admin' };
      await expect(api.sql(`UPDATE users SET roles = '{customer}' WHERE id = $1`, [id])).rejects.toMatchObject(refused);
      await expect(api.sql(`UPDATE users SET status = 'disabled' WHERE id = $1`, [id])).rejects.toMatchObject(refused);
      await expect(api.sql('DELETE FROM users WHERE id = $1', [id])).rejects.toMatchObject(refused);
      await expect(api.sql(`UPDATE users SET roles = '{customer}' WHERE 'admin' = ANY (roles)`)).rejects.toMatchObject(
        refused,
      );
    });
  });
});

describe('store credit', () => {
  const credit = { amount: 500, currency: 'EUR' };

  it('is granted and moved to themselves by nobody', async () => {
    const [finance, ada] = [await api.person('finance'), await api.person()];
    const { token } = finance;
    const grant = (id: string) =>
      api.post(`/v1/users/${id}/store-credit-grants`, { token, body: { ...credit, reason: 'sorry' } });
    expect(await grant(finance.id)).toMatchObject(problem(409, 'own_store_credit'));
    expect(await grant(ada.id)).toMatchObject({ status: 201 });
    const move = { token, body: { ...credit, toUserId: finance.id } };
    const moved = await api.post(`/v1/users/${ada.id}/store-credit-transfers`, move);
    expect(moved).toMatchObject(problem(409, 'own_store_credit'));
    const given = { token: ada.token, body: { ...credit, toUserId: finance.id } };
    expect(await api.post(`/v1/users/${ada.id}/store-credit-transfers`, given)).toMatchObject({ status: 201 });
  });

  it('is refused by the database where the code would let it through', async () => {
    const [finance, boss] = [await api.person('finance'), await api.person('finance')];
    const grant = { token: boss.token, body: { ...credit, reason: 'sorry' } };
    const granted = await api.post<{ id: string }>(`/v1/users/${finance.id}/store-credit-grants`, grant);
    const copied = decodeId('txn', granted.body.id);
    const client = new Client(api.settings.DATABASE_URL);
    await client.connect();
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO ledger_transactions (id, kind, reference_id, reason, actor_id)
       SELECT gen_random_uuid(), kind, gen_random_uuid(), reason, $2 FROM ledger_transactions WHERE id = $1`,
      [copied, decodeId('usr', finance.id)],
    );
    await client.query(
      `INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
       SELECT t.id, e.position, e.account_id, e.amount FROM ledger_entries e, ledger_transactions t
       WHERE e.transaction_id = $1 AND t.actor_id = $2`,
      [copied, decodeId('usr', finance.id)],
    );
    await expect(client.query('COMMIT')).rejects.toMatchObject({ constraint: 'store_credit_for_another' });
    await client.end();
  });
});

async function waiting(): Promise<number> {
  const [row] = await api.sql(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return Number(row?.['count']);
}

/** Leaves these people alone as administrators while `work` runs. */
async function alone(people: readonly Person[], work: () => Promise<void>): Promise<void> {
  const ids = people.map(({ id }) => decodeId('usr', id));
  const others = await api.sql(
    `UPDATE users SET status = 'disabled' WHERE 'admin' = ANY (roles) AND id <> ALL ($1::uuid[]) RETURNING id`,
    [ids],
  );
  await work();
  await api.sql(`UPDATE users SET status = 'active' WHERE id = ANY ($1::uuid[])`, [others.map(({ id }) => id)]);
}
