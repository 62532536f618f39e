import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi } from '../../support/api.js';

interface KeyBody {
  readonly id: string;
  readonly key: string;
  readonly prefix: string;
  readonly rotatedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string;
  readonly previous: { readonly prefix: string; readonly expiresAt: string; readonly lastUsedAt: string | null } | null;
}

let api: Api;
let admin: Person;
beforeAll(async () => {
  api = await startApi();
  admin = await api.admin();
});
afterEach(() => {
  vi.restoreAllMocks();
  api.moveClock(0);
});
afterAll(() => api?.close());

const mint = async (token = admin.token) =>
  (await api.post<KeyBody>('/v1/api-keys', { token, body: { name: 'ERP', scopes: ['orders:read'] }, key: null })).body;
const rotate = (id: string, body: object = {}, token = admin.token) =>
  api.request<KeyBody>(`POST /v1/api-keys/${id}/rotation`, { token, body });
const works = async (key: string) => (await api.request('GET /v1/orders', { token: key })).status;
const problem = (status: number, code: string) => ({ status, body: { code } });
const hoursFromNow = (text: string) => (Date.parse(text) - Date.now()) / 3_600_000;
/** The memory of the api is a minute older. */
function minutePasses(): void {
  const began = performance.timeOrigin;
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - began + 59_000);
}
/** Uses the present secret of a key, until that is noted. */
async function use(key: string, id: string): Promise<void> {
  expect(await works(key)).toBe(200);
  const noted = 'SELECT last_used_at IS NOT NULL AS noted FROM api_keys WHERE id = $1';
  await expect.poll(() => api.sql(noted, [decodeId('key', id)])).toEqual([{ noted: true }]);
}

describe('A rotated key', () => {
  it('has two secrets for a day, and says which of them is in use', async () => {
    const first = await mint();
    await use(first.key, first.id);
    const { status, body, headers } = await rotate(first.id);
    expect([status, headers.get('cache-control'), body.id]).toEqual([201, 'no-store', first.id]);
    expect([await works(first.key), await works(body.key)]).toEqual([200, 200]);
    expect(body.previous).toMatchObject({ prefix: first.prefix, lastUsedAt: expect.any(String) });
    expect(hoursFromNow(body.previous!.expiresAt)).toBeCloseTo(24, 1);
    expect(body.expiresAt > first.expiresAt).toBe(true);
    const [row] = await api.sql('SELECT api_keys::text AS row FROM api_keys WHERE id = $1', [
      decodeId('key', first.id),
    ]);
    expect(JSON.stringify(row)).not.toContain(body.key.slice(23));
  });

  it('has one secret when the overlap is over', async () => {
    const first = await mint();
    const { body } = await rotate(first.id, { overlapHours: 0 });
    expect(body.previous).toBeNull();
    minutePasses();
    expect([await works(first.key), await works(body.key)]).toEqual([401, 200]);
  });

  it('is revoked with both secrets', async () => {
    const first = await mint();
    const { body } = await rotate(first.id);
    await api.request(`DELETE /v1/api-keys/${first.id}`, { token: admin.token });
    expect([await works(first.key), await works(body.key)]).toEqual([401, 401]);
    expect(await rotate(first.id)).toMatchObject(problem(404, 'not_found'));
  });

  it('replaces a secret that got lost on its way, and keeps the one in use', async () => {
    const first = await mint();
    const [lost, second] = [(await rotate(first.id)).body, (await rotate(first.id)).body];
    expect([await works(first.key), await works(lost.key), await works(second.key)]).toEqual([200, 401, 200]);
    await use(second.key, first.id);
    const refused = { code: 'api_key_rotating', detail: expect.stringContaining(second.previous!.expiresAt) };
    expect(await rotate(first.id)).toMatchObject({ status: 409, body: refused });
    const last = (await rotate(first.id, { overlapHours: 0 })).body;
    minutePasses();
    expect(await Promise.all([first, second, last].map(({ key }) => works(key)))).toEqual([401, 401, 200]);
  });

  it('has two secrets at most, however many ask at once', async () => {
    const first = await mint();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(first.id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const alive = await Promise.all(answers.map(({ body }) => works(body.key)));
    expect(alive.filter((status) => status === 200).length).toBe(1);
    expect(await works(first.key)).toBe(200);
  });

  it('is in the audit log, without its secret', async () => {
    const first = await mint();
    const { body } = await rotate(first.id);
    const [entry] = await api.sql(
      `SELECT actor_id, after, before, audit_log::text AS row FROM audit_log WHERE action = 'api_key.rotated' AND target_id = $1`,
      [first.id],
    );
    expect(entry).toMatchObject({
      actor_id: decodeId('usr', admin.id),
      after: { previousExpiresAt: expect.any(String) },
    });
    expect(entry!['row']).not.toContain(body.key.slice(23));
  });
});

describe('Nobody rotates a key', () => {
  it('of somebody else, whose name it would give them', async () => {
    const other = await api.person('admin');
    expect(await rotate((await mint()).id, {}, other.token)).toMatchObject(problem(403, 'not_your_api_key'));
  });

  it('that may do more than they', async () => {
    await api.post('/v1/roles', { token: admin.token, body: { name: 'keys', permissions: ['api_keys:write'] } });
    const clerk = await api.person('keys' as never);
    expect(await rotate((await mint()).id, {}, clerk.token)).toMatchObject(problem(404, 'not_found'));
  });

  it('with a sign-in of more than 10 minutes ago', async () => {
    const { id } = await mint();
    api.moveClock(601);
    expect(await rotate(id)).toMatchObject(problem(403, 'recent_sign_in_required'));
  });

  it.each([{ overlapHours: 721 }, { overlapHours: -1 }, { expiresInDays: 366 }])('with %o', async (body) => {
    expect(await rotate((await mint()).id, body)).toMatchObject(problem(400, 'validation_failed'));
  });

  it.each([
    ['a secret that was not its own', `previous_secret_hash = sha256('x')`],
    [
      'no previous one',
      `previous_prefix = NULL, previous_secret_hash = NULL, previous_expires_at = NULL, rotated_at = NULL`,
    ],
    ['a previous one that lives longer', `previous_expires_at = expires_at + interval '1 hour'`],
  ])('past the api: %s', async (_, set) => {
    const { id } = await mint();
    await api.sql(`UPDATE api_keys SET last_used_at = now() WHERE id = $1`, [decodeId('key', id)]);
    const columns = {
      prefix: `'0123456789ab'`,
      secret_hash: `sha256('new')`,
      rotated_at: 'now()',
      previous_prefix: 'prefix',
      previous_secret_hash: 'secret_hash',
      previous_expires_at: 'now()',
    };
    const assigned = Object.entries(columns)
      .filter(([column]) => !new RegExp(`\\b${column} =`).test(set))
      .map(([column, value]) => `${column} = ${value}`);
    const changed = api.sql(`UPDATE api_keys SET ${[...assigned, set].join(', ')} WHERE id = $1`, [
      decodeId('key', id),
    ]);
    await expect(changed).rejects.toThrow(/append-only|api_keys_/);
  });
});
