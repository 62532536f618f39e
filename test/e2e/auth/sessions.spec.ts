import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { PageBody } from '../../support/bodies.js';
import { api, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
interface SessionBody {
  readonly id: string;
  readonly device: string;
  readonly address: string;
  readonly current: boolean;
  readonly lastUsedAt: string;
}

scenario({ people: [], unchecked: true });

let email: string;
beforeEach(async () => {
  vi.restoreAllMocks();
  email = `${randomUUID()}@till.test`;
  await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
});

const signIn = async (device = 'Lynx/2.8'): Promise<Tokens> =>
  (
    await api.request<Tokens>('POST /v1/auth/login', {
      body: { email, password: PASSWORD },
      headers: { 'user-agent': device },
    })
  ).body;
const refresh = (refreshToken: string) => api.request<Tokens>('POST /v1/auth/refresh', { body: { refreshToken } });
const refreshed = async (refreshToken: string): Promise<Tokens> => {
  const { status, body } = await refresh(refreshToken);
  expect(status).toBe(200);
  return body;
};
const statusOf = async ({ accessToken }: Tokens) =>
  (await api.request('GET /v1/users/me', { token: accessToken })).status;
const sessions = async ({ accessToken }: Tokens) =>
  (await api.request<PageBody<SessionBody>>('GET /v1/auth/sessions', { token: accessToken })).body.data;
const revoke = (id: string, { accessToken }: Tokens) =>
  api.request(`DELETE /v1/auth/sessions/${id}`, { token: accessToken });
const signOut = (refreshToken: string) => api.request('POST /v1/auth/logout', { body: { refreshToken } });
const refused = { status: 401, body: { code: 'invalid_refresh_token' } };
/** What the database says of the only session of this person. */
const ended = async () =>
  (
    await api.sql(
      `SELECT s.end_reason FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1 ORDER BY s.id`,
      [email],
    )
  ).map(({ end_reason: reason }) => reason);
/** Makes used tokens as old as if so many seconds had passed. */
const secondsPass = (seconds: number) =>
  api.sql(`UPDATE refresh_tokens SET used_at = used_at - $1 * interval '1 second' WHERE used_at IS NOT NULL`, [
    seconds,
  ]);

describe('POST /v1/auth/refresh', () => {
  it('exchanges a token for two new ones, again and again', async () => {
    let tokens = await signIn();
    expect(Buffer.from(tokens.refreshToken, 'base64url')).toHaveLength(32);
    for (let n = 0; n < 3; n++) {
      const answer = await refresh(tokens.refreshToken);
      expect(answer).toMatchObject({ status: 200, body: { tokenType: 'Bearer', expiresIn: 600 } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.body.refreshToken).not.toBe(tokens.refreshToken);
      tokens = answer.body;
      expect(await statusOf(tokens)).toBe(200);
    }
    expect(await sessions(tokens)).toHaveLength(1);
  });

  it('stores no token', async () => {
    const { refreshToken } = await signIn();
    const rows = await api.sql(`
      SELECT r::text AS row FROM refresh_tokens r UNION ALL SELECT s::text FROM sessions s UNION ALL SELECT e.data::text FROM events e`);
    expect(rows.filter(({ row }) => String(row).includes(refreshToken))).toEqual([]);
    const [counted] = await api.sql(
      `SELECT count(*)::int AS found FROM refresh_tokens WHERE token_hash = sha256($1::bytea)`,
      [Buffer.from(refreshToken)],
    );
    expect(counted).toEqual({ found: 1 });
  });

  it.each(['nonsense', 'A'.repeat(43)])('refuses %s', async (refreshToken) =>
    expect(await refresh(refreshToken)).toMatchObject(refused),
  );

  it('takes no access token, and no request takes a refresh token for one', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect((await refresh(accessToken)).status).toBe(400);
    expect(await statusOf({ accessToken: refreshToken, refreshToken })).toBe(401);
  });

  it('ends the session of a token that is used again later, and records it', async () => {
    const first = await signIn();
    const thief = await refreshed(first.refreshToken);
    await secondsPass(11);
    expect(await refresh(first.refreshToken)).toMatchObject(refused);
    expect(await refresh(thief.refreshToken)).toMatchObject(refused);
    expect([await statusOf(first), await statusOf(thief)]).toEqual([401, 401]);
    expect(await ended()).toEqual(['token_reused']);
    const events = await api.sql(`SELECT data FROM events WHERE type = 'session.refresh_token_reused'`);
    const [user] = await api.sql('SELECT id FROM users WHERE email = $1', [email]);
    expect(
      events.filter(({ data }) => decodeId('usr', (data as { userId: string }).userId) === user!['id']),
    ).toHaveLength(1);
  });

  it('gives a client whose answer got lost the same token again, also much later, by the same key alone', async () => {
    const first = await signIn();
    const keyed = (key: string) =>
      api.request<Tokens>('POST /v1/auth/refresh', {
        body: { refreshToken: first.refreshToken },
        headers: { 'idempotency-key': key },
      });
    const lost = await keyed('mine');
    await secondsPass(3600);
    const repeated = await keyed('mine');
    expect(repeated.body.refreshToken).toBe(lost.body.refreshToken);
    expect([repeated.status, await statusOf(repeated.body)]).toEqual([200, 200]);
    await refreshed(repeated.body.refreshToken);
    expect(await keyed('mine')).toMatchObject(refused);
    expect(await ended()).toEqual(['token_reused']);
  });

  it('gives repeats by one key one line of tokens, also when they come at once', async () => {
    const { refreshToken } = await signIn();
    const headers = { 'idempotency-key': 'mine' };
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        api.request<Tokens>('POST /v1/auth/refresh', { body: { refreshToken }, headers }),
      ),
    );
    expect(new Set(all.map(({ body }) => body.refreshToken)).size).toBe(1);
    const count =
      'SELECT count(*)::int AS n FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.ended_at IS NULL';
    expect(await api.sql(`${count} AND s.user_id = (SELECT id FROM users WHERE email = $1)`, [email])).toEqual([
      { n: 2 },
    ]);
  });

  it('ends the session of a token that comes later with another key, or with none', async () => {
    const late: Record<string, string>[] = [{ 'idempotency-key': 'of a thief' }, {}];
    for (const headers of late) {
      const { refreshToken } = await signIn();
      const body = { refreshToken };
      await api.request('POST /v1/auth/refresh', { body, headers: { 'idempotency-key': 'mine' } });
      await secondsPass(11);
      expect(await api.request('POST /v1/auth/refresh', { body, headers })).toMatchObject(refused);
    }
    expect(await ended()).toEqual(['token_reused', 'token_reused']);
  });

  it('ends the session of a token that is older than the previous one, though only a moment', async () => {
    const first = await signIn();
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    expect(await refresh(first.refreshToken)).toMatchObject(refused);
    expect(await refresh(third.refreshToken)).toMatchObject(refused);
    expect(await ended()).toEqual(['token_reused']);
  });

  it('leaves both of two that come at once signed in, also later', async () => {
    const first = await signIn();
    let both = await Promise.all([refreshed(first.refreshToken), refreshed(first.refreshToken)]);
    expect(both[0].refreshToken).not.toBe(both[1].refreshToken);
    for (let n = 0; n < 2; n++) {
      await secondsPass(600);
      both = [await refreshed(both[0].refreshToken), await refreshed(both[1].refreshToken)];
      expect([await statusOf(both[0]), await statusOf(both[1])]).toEqual([200, 200]);
    }
    expect(await ended()).toEqual([null]);
  });

  it('gives a few tokens for one that many ask with at once, and ends the session', async () => {
    const { refreshToken } = await signIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(15);
    expect(await ended()).toEqual(['token_reused']);
  });

  it('gives the rights that the account has now', async () => {
    const { accessToken, refreshToken } = await signIn();
    await api.sql(`UPDATE users SET roles = '{support}' WHERE email = $1`, [email]);
    const again = await refreshed(refreshToken);
    expect((await api.request('GET /v1/users', { token: again.accessToken })).status).toBe(200);
    expect((await api.request('GET /v1/users', { token: accessToken })).status).toBe(401);
  });

  it.each<[string, string]>([
    ['a session that was not used for long', 'expires_at = created_at + interval $$1 ms$$'],
    ['a session that has ended', `ended_at = now(), end_reason = 'revoked'`],
  ])('refuses %s', async (_, change) => {
    const { accessToken, refreshToken } = await signIn();
    const id = sessionIn(accessToken);
    await api.sql(`UPDATE sessions SET ${change} WHERE id = $1`, [id]);
    expect(await refresh(refreshToken)).toMatchObject(refused);
  });
});

const sessionIn = (accessToken: string): string => {
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()) as { sid: string };
  return decodeId('ses', claims.sid)!;
};

describe('Sessions', () => {
  it('are listed with device, address and last use, and revoked one by one', async () => {
    const [phone, laptop] = [await signIn('Phone/1.0'), await signIn('Laptop/2.0')];
    const listed = await sessions(laptop);
    expect(listed).toMatchObject([
      { device: 'Laptop/2.0', current: true },
      { device: 'Phone/1.0', current: false },
    ]);
    expect(listed[0]!.address).toMatch(/127\.0\.0\.1$/);
    expect(Date.parse(listed[0]!.lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);

    expect((await revoke(listed[1]!.id, laptop)).status).toBe(204);
    expect([await statusOf(phone), await statusOf(laptop)]).toEqual([401, 200]);
    expect(await refresh(phone.refreshToken)).toMatchObject(refused);
    expect((await revoke(listed[1]!.id, laptop)).status).toBe(404);
    expect(await sessions(laptop)).toHaveLength(1);
  });

  it('of somebody else do not exist', async () => {
    const own = await signIn();
    email = `${randomUUID()}@till.test`;
    await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Eve' } });
    const eve = await signIn();
    const [{ id } = { id: '' }] = await sessions(own);
    expect((await api.request(`DELETE /v1/auth/sessions/${id}`, { token: eve.accessToken })).status).toBe(404);
    expect(await sessions(eve)).toHaveLength(1);
    expect(await statusOf(own)).toBe(200);
  });

  it('end all at once', async () => {
    const all = [await signIn(), await signIn(), await signIn()];
    expect((await api.request('DELETE /v1/auth/sessions', { token: all[0]!.accessToken })).status).toBe(204);
    for (const tokens of all) {
      expect(await statusOf(tokens)).toBe(401);
      expect(await refresh(tokens.refreshToken)).toMatchObject(refused);
    }
    expect(await ended()).toEqual(['revoked', 'revoked', 'revoked']);
  });

  it('end by signing out, for which an access token is not needed', async () => {
    const [out, other] = [await signIn(), await signIn()];
    expect((await signOut(out.refreshToken)).status).toBe(204);
    expect([await statusOf(out), await statusOf(other)]).toEqual([401, 200]);
    expect(await refresh(out.refreshToken)).toMatchObject(refused);
    for (const token of [out.refreshToken, 'unknown']) expect((await signOut(token)).status).toBe(204);
    expect(await ended()).toEqual(['signed_out', null]);
  });

  it.each([
    ['a changed password', `password_hash = 'another'`, 'password_changed'],
    ['a disabled account', `status = 'disabled'`, 'account_disabled'],
  ])('end with %s, whoever changes it', async (_, change, reason) => {
    const { refreshToken } = await signIn();
    await api.sql(`UPDATE users SET ${change} WHERE email = $1`, [email]);
    expect(await ended()).toEqual([reason]);
    await api.sql(`UPDATE users SET status = 'active' WHERE email = $1`, [email]);
    expect(await refresh(refreshToken)).toMatchObject(refused);
  });
});

describe('The database', () => {
  let id: string;
  beforeAll(() => vi.restoreAllMocks());
  beforeEach(async () => {
    id = sessionIn((await signIn()).accessToken);
    await api.sql(`UPDATE sessions SET ended_at = now(), end_reason = 'revoked' WHERE id = $1`, [id]);
  });

  it('keeps an ended session ended', async () => {
    const revive = api.sql('UPDATE sessions SET ended_at = NULL, end_reason = NULL WHERE id = $1', [id]);
    await expect(revive).rejects.toThrow('has ended');
  });

  it('gives an ended session no token', async () => {
    const add = api.sql('INSERT INTO refresh_tokens (token_hash, session_id) VALUES (sha256($1::bytea), $2)', [
      Buffer.from(randomUUID()),
      id,
    ]);
    await expect(add).rejects.toThrow('has ended');
  });
});
