import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeId, encodeId, type IdentityId } from '../../../src/shared/ids.js';
import { type Api, startApi, startWorker } from '../../support/api.js';

const PASSWORD = 'four quiet grey herons';
const OTHER = 'seven loud blue herons';

let api: Api;
let worker: Awaited<ReturnType<typeof startWorker>>;
let mailDirectory: string;
beforeAll(async () => {
  mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-email-change-'));
  api = await startApi({ MAIL_DIRECTORY: mailDirectory, ACCOUNT_PAGE_URL: 'https://shop.example/account' });
  worker = await startWorker(api);
});
afterEach(() => api.moveClock(0));
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

const newAddress = () => `${randomUUID()}@till.test`;
const login = async (email: string, password = PASSWORD) =>
  api.request<{ accessToken: string; refreshToken: string }>('POST /v1/auth/login', { body: { email, password } });

interface Registered {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

/** Somebody with an account, whose address is confirmed unless said otherwise. */
async function register(isConfirmed = true): Promise<Registered> {
  const email = newAddress();
  await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
  if (isConfirmed) await api.sql('UPDATE users SET email_verified_at = now() WHERE email = $1', [email]);
  const token = (await login(email)).body.accessToken;
  const { id } = (await api.request<{ id: string }>('GET /v1/users/me', { token })).body;
  return { id, email, token };
}

/** The mails to an address, as text. */
async function mailsTo(email: string): Promise<string[]> {
  const files = (await readdir(mailDirectory)).filter((file) => file.endsWith('.eml')).toSorted();
  const mails = await Promise.all(files.map((file) => readFile(path.join(mailDirectory, file), 'utf8')));
  return mails
    .map((mail) => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '='))
    .filter((mail) => mail.includes(email));
}
const tokensIn = (mails: readonly string[], purpose: string) =>
  mails.flatMap((mail) => new RegExp(`#${purpose}=([\\w-]{43})`).exec(mail)?.slice(1) ?? []);
async function mailed(email: string, purpose: string): Promise<string> {
  await expect.poll(async () => tokensIn(await mailsTo(email), purpose).length, { timeout: 15_000 }).toBeGreaterThan(0);
  return tokensIn(await mailsTo(email), purpose).at(-1)!;
}
/** Waits until everything that was recorded has been delivered. */
const delivered = () =>
  expect
    .poll(
      () =>
        api.sql(
          `SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM event_deliveries WHERE status IN ('pending', 'queued', 'running')) AS open`,
        ),
      { timeout: 15_000 },
    )
    .toEqual([{ open: 0 }]);

const begin = (token: string, email: string) =>
  api.request('POST /v1/users/me/email-change', { token, body: { email } });
const confirm = (token: string) => api.request('POST /v1/auth/email-change/confirmation', { body: { token } });
const undo = (token: string) => api.request('POST /v1/auth/email-change/undo', { body: { token } });
const me = async (token: string) =>
  (await api.request<{ email: string; emailVerified: boolean }>('GET /v1/users/me', { token })).body;
const refused = { status: 400, body: { code: 'invalid_token' } };

/** Changes the address of somebody. Returns the new address. */
async function change({ token }: Registered): Promise<string> {
  const next = newAddress();
  expect(await begin(token, next)).toMatchObject({ status: 204, text: '' });
  expect(await confirm(await mailed(next, 'email_change'))).toMatchObject({ status: 204, text: '' });
  return next;
}

describe('Somebody who changes their address', () => {
  it('keeps the old one until the new one is confirmed, and is told at the old one', async () => {
    const ada = await register();
    const next = newAddress();
    await begin(ada.token, next);
    const token = await mailed(next, 'email_change');
    expect(await me(ada.token)).toMatchObject({ email: ada.email, emailVerified: true });
    expect((await confirm(token)).status).toBe(204);
    expect(await me(ada.token)).toMatchObject({ email: next, emailVerified: true });
    expect([(await login(ada.email)).status, (await login(next)).status]).toEqual([401, 200]);
    await mailed(ada.email, 'email_change_undo');
    expect(await confirm(token)).toMatchObject(refused);
    const [entry] = await api.sql(
      `SELECT actor_id, audit_log::text AS row FROM audit_log WHERE action = 'user.email_changed' AND target_id = $1`,
      [ada.id],
    );
    expect(entry).toMatchObject({ actor_id: decodeId('usr', ada.id) });
    expect(entry!['row']).not.toContain('till.test');
  });

  it('needs a sign-in of the last 10 minutes', async () => {
    const { token } = await register();
    api.moveClock(601);
    expect(await begin(token, newAddress())).toMatchObject({ status: 403, body: { code: 'recent_sign_in_required' } });
  });

  it('learns nothing about an address that has an account, which gets no token', async () => {
    const [ada, grace] = [await register(), await register()];
    expect(await begin(ada.token, grace.email.toUpperCase())).toMatchObject({ status: 204, text: '' });
    await delivered();
    expect(tokensIn(await mailsTo(grace.email), 'email_change')).toEqual([]);
  });

  it('writes to five addresses an hour at most', async () => {
    const { token } = await register();
    const addresses = Array.from({ length: 7 }, newAddress);
    for (const address of addresses) await begin(token, address);
    await delivered();
    const mails = await Promise.all(addresses.map(mailsTo));
    expect(mails.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('gets no address that somebody else took meanwhile', async () => {
    const ada = await register();
    const next = newAddress();
    await begin(ada.token, next);
    const token = await mailed(next, 'email_change');
    await api.post('/v1/auth/register', { body: { email: next, password: PASSWORD, name: 'Grace' } });
    expect(await confirm(token)).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await me(ada.token)).email).toBe(ada.email);
  });

  it.each([
    [
      'a new password',
      ({ token }: Registered) =>
        api.request('POST /v1/auth/password/change', {
          token,
          body: { currentPassword: PASSWORD, newPassword: OTHER },
        }),
    ],
    [
      'another address by staff',
      async ({ id }: Registered) =>
        api.request(`PATCH /v1/users/${id}`, { token: (await api.admin()).token, body: { email: newAddress() } }),
    ],
  ])('has begun in vain after %s', async (_, event) => {
    const ada = await register();
    const next = newAddress();
    await begin(ada.token, next);
    const token = await mailed(next, 'email_change');
    expect((await event(ada)).status).toBe(200);
    expect(await confirm(token)).toMatchObject(refused);
  });
});

describe('The owner of the old address', () => {
  it('takes the account back: sessions end, and a mail for a new password follows', async () => {
    const ada = await register();
    const next = await change(ada);
    const { refreshToken } = (await login(next)).body;
    const token = await mailed(ada.email, 'email_change_undo');
    expect(await undo(token)).toMatchObject({ status: 204, text: '' });
    expect([(await login(next)).status, (await login(ada.email)).status]).toEqual([401, 401]);
    expect((await api.request('POST /v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    expect((await api.request('GET /v1/users/me', { token: ada.token })).status).toBe(401);
    const body = { token: await mailed(ada.email, 'password_reset'), newPassword: OTHER };
    expect((await api.request('POST /v1/auth/password/reset', { body })).status).toBe(204);
    expect((await login(ada.email, OTHER)).status).toBe(200);
    expect(await undo(token)).toMatchObject(refused);
  });

  it('does so past a second change, whose old address takes it nowhere after that', async () => {
    const ada = await register();
    const second = await change(ada);
    await change(ada);
    const [back, forth] = [await mailed(ada.email, 'email_change_undo'), await mailed(second, 'email_change_undo')];
    expect((await undo(back)).status).toBe(204);
    expect(await undo(forth)).toMatchObject(refused);
  });

  it('keeps the right to it though somebody takes the account back to an address in between', async () => {
    const ada = await register();
    const second = await change(ada);
    await change(ada);
    expect((await undo(await mailed(second, 'email_change_undo'))).status).toBe(204);
    expect((await undo(await mailed(ada.email, 'email_change_undo'))).status).toBe(204);
    const [{ email } = {}] = await api.sql('SELECT email FROM users WHERE id = $1', [decodeId('usr', ada.id)]);
    expect(email).toBe(ada.email);
  });

  it('does so though somebody registers with the old address, or is about to get it', async () => {
    const ada = await register();
    await change(ada);
    await api.post('/v1/auth/register', { body: { email: ada.email, password: OTHER, name: 'Eve' } });
    expect((await login(ada.email, OTHER)).status).toBe(401);
    const body = { email: ada.email, name: 'Eve' };
    const made = await api.request('POST /v1/users', { token: (await api.admin()).token, body });
    expect(made).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await undo(await mailed(ada.email, 'email_change_undo'))).status).toBe(204);
  });

  it('is told without a token if the address was never confirmed, and has no hold on it', async () => {
    const ada = await register(false);
    await change(ada);
    await expect
      .poll(async () => (await mailsTo(ada.email)).some((mail) => mail.includes('has another e-mail address')))
      .toBe(true);
    expect(tokensIn(await mailsTo(ada.email), 'email_change_undo')).toEqual([]);
    await api.post('/v1/auth/register', { body: { email: ada.email, password: OTHER, name: 'Eve' } });
    expect((await login(ada.email, OTHER)).status).toBe(200);
  });

  it('has no hold on it after seven days', async () => {
    const ada = await register();
    await change(ada);
    const token = await mailed(ada.email, 'email_change_undo');
    await api.sql(`UPDATE former_emails SET replaced_at = replaced_at - interval '8 days' WHERE email = $1`, [
      ada.email,
    ]);
    await api.sql(
      `UPDATE mailed_tokens SET expires_at = expires_at - interval '8 days' WHERE email = $1 AND expires_at IS NOT NULL AND used_at IS NULL`,
      [ada.email],
    );
    expect(await undo(token)).toMatchObject(refused);
    await api.post('/v1/auth/register', { body: { email: ada.email, password: OTHER, name: 'Eve' } });
    expect((await login(ada.email, OTHER)).status).toBe(200);
  });
});

/** Gives an account an identity, an authenticator, a passkey and an API key, as if made so many days ago. */
async function addAccess(user: string, daysAgo: number): Promise<void> {
  const at = `now() - ${daysAgo} * interval '1 day'`;
  const values = [decodeId('usr', user), randomUUID(), randomUUID()];
  await api.sql(
    `WITH i AS (INSERT INTO identities (id, user_id, issuer, subject, created_at) VALUES ($2, $1, 'https://id.test', $3, ${at})),
       f AS (INSERT INTO totp_factors (user_id, secret, created_at, confirmed_at, last_step) VALUES ($1, 'key:' || repeat('a', 40), ${at}, ${at}, 1)),
       p AS (INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, is_synced, name, created_at)
         VALUES ($2, $1, sha256($3::text::bytea), '\\x00', 0, '{}', false, 'Phone', ${at}))
     INSERT INTO api_keys (id, owner_id, name, prefix, secret_hash, scopes, addresses, expires_at, created_at)
     VALUES ($2, $1, 'key', substr(md5($3::text), 1, 12), sha256($3::text::bytea), '{orders:read}', '{}', now() + interval '30 days', ${at})`,
    values,
  );
}
const accessOf = async (user: string) =>
  (
    await api.sql(
      `SELECT (SELECT count(*)::int FROM identities WHERE user_id = $1) AS identities,
         (SELECT count(*)::int FROM totp_factors WHERE user_id = $1) AS factors,
         (SELECT count(*)::int FROM passkeys WHERE user_id = $1) AS passkeys,
         (SELECT count(*)::int FROM api_keys WHERE owner_id = $1 AND revoked_at IS NULL) AS keys`,
      [decodeId('usr', user)],
    )
  )[0];

describe('Whoever changed an address that was not theirs', () => {
  it('keeps no identity, factor or key that they added', async () => {
    const ada = await register();
    await change(ada);
    await addAccess(ada.id, 0);
    // Their password may be short as long as there is a second factor.
    await api.sql('UPDATE users SET has_short_password = true WHERE id = $1', [decodeId('usr', ada.id)]);
    expect(await undo(await mailed(ada.email, 'email_change_undo'))).toMatchObject({ status: 204 });
    expect(await accessOf(ada.id)).toEqual({ identities: 0, factors: 0, passkeys: 0, keys: 0 });
  });

  it('takes nothing from the owner that is older, apart from identities', async () => {
    const ada = await register();
    await change(ada);
    await addAccess(ada.id, 2);
    expect(await undo(await mailed(ada.email, 'email_change_undo'))).toMatchObject({ status: 204 });
    expect(await accessOf(ada.id)).toEqual({ identities: 0, factors: 1, passkeys: 1, keys: 1 });
  });

  it('keeps nothing of an address that they registered, once its owner sets a password', async () => {
    const ada = await register(false);
    await addAccess(ada.id, 0);
    await api.post('/v1/auth/password/forgot', { body: { email: ada.email } });
    const token = await mailed(ada.email, 'password_reset');
    const reset = (newPassword: string) => api.post('/v1/auth/password/reset', { body: { token, newPassword } });
    expect(await reset('ten chars!')).toMatchObject({ status: 400 });
    expect(await reset(OTHER)).toMatchObject({ status: 204 });
    expect(await accessOf(ada.id)).toEqual({ identities: 0, factors: 0, passkeys: 0, keys: 0 });
    expect((await login(ada.email, OTHER)).status).toBe(200);
  });

  it('does not take the account back after staff corrected the address', async () => {
    const ada = await register();
    const first = await change(ada);
    const token = (await login(first)).body.accessToken;
    await change({ ...ada, token });
    const stolen = await mailed(first, 'email_change_undo');
    const corrected = await api.request(`PATCH /v1/users/${ada.id}`, {
      token: (await api.admin()).token,
      body: { email: ada.email },
    });
    expect(corrected).toMatchObject({ status: 200, body: { email: ada.email } });
    expect(await undo(stolen)).toMatchObject(refused);
  });
});

const subjectsTo = (email: string) => async () =>
  (await mailsTo(email)).map((mail) => /^Subject: (.*)/m.exec(mail)?.[1]?.trim());

describe('The owner of an account gets a mail', () => {
  it('when an identity is unlinked', async () => {
    const ada = await register();
    await addAccess(ada.id, 0);
    const [identity] = await api.sql('SELECT id FROM identities WHERE user_id = $1', [decodeId('usr', ada.id)]);
    for (const table of ['totp_factors', 'passkeys'])
      await api.sql(`DELETE FROM ${table} WHERE user_id = $1`, [decodeId('usr', ada.id)]);
    const again = (await login(ada.email)).body.accessToken;
    const id = encodeId('idn', identity!['id'] as IdentityId);
    expect((await api.request(`DELETE /v1/auth/identities/${id}`, { token: again })).status).toBe(204);
    await expect
      .poll(subjectsTo(ada.email), { timeout: 15_000 })
      .toContain('A way to sign in was removed from your account');
  });

  it('when the password changes', async () => {
    const ada = await register();
    const body = { currentPassword: PASSWORD, newPassword: OTHER };
    await api.request('POST /v1/auth/password/change', { token: ada.token, body });
    await expect.poll(subjectsTo(ada.email), { timeout: 15_000 }).toContain('Your password was changed');
  });
});
