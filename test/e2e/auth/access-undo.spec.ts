import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { Authenticator } from '../../support/authenticator.js';
import { api, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';
const OTHER = 'seven loud blue herons';
const refused = { status: 400, body: { code: 'invalid_token' } };

let mailDirectory: string;
let id: string;
let email: string;

scenario({
  people: [],
  unchecked: true,
  worker: true,
  env: async () => {
    mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-access-undo-'));
    return { MAIL_DIRECTORY: mailDirectory, ACCOUNT_PAGE_URL: 'https://shop.example/account' };
  },
});
beforeEach(async () => {
  email = `${randomUUID()}@till.test`;
  const body = { email, password: PASSWORD, name: 'Ada' };
  id = (await api.post<{ id: string }>('/v1/auth/register', { body })).body.id;
  await api.sql('UPDATE users SET email_verified_at = now() WHERE id = $1', [decodeId('usr', id)]);
});

const login = (password = PASSWORD) =>
  api.request<{ accessToken?: string; mfaRequired?: boolean }>('POST /v1/auth/login', { body: { email, password } });
const undo = (token: string) => api.request('POST /v1/auth/added-access/undo', { body: { token } });
const reset = (token: string) => api.request('POST /v1/auth/password/reset', { body: { token, newPassword: OTHER } });
const meStatus = async (token: string) => (await api.request('GET /v1/users/me', { token })).status;
/** Adds an authenticator app, as whoever knows the password can. Returns the token of the session that follows. */
async function addApp(): Promise<string> {
  const token = (await login()).body.accessToken!;
  const { secret } = (await api.request<{ secret: string }>('POST /v1/auth/mfa/totp', { token })).body;
  const body = { code: new Authenticator(secret).codeAt(Date.now() / 1000) };
  const line = 'POST /v1/auth/mfa/totp/confirmation';
  return (await api.request<{ accessToken: string }>(line, { token, body })).body.accessToken;
}
async function tokens(purpose: string): Promise<string[]> {
  const files = (await readdir(mailDirectory)).filter((file) => file.endsWith('.eml')).toSorted();
  const mails = await Promise.all(files.map((file) => readFile(path.join(mailDirectory, file), 'utf8')));
  return mails
    .map((mail) => mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '='))
    .filter((mail) => mail.includes(email))
    .flatMap((mail) => new RegExp(`#${purpose}=([\\w-]{43})`).exec(mail)?.slice(1) ?? []);
}
async function mailed(purpose: string): Promise<string> {
  await expect.poll(async () => (await tokens(purpose)).length, { timeout: 15_000 }).toBeGreaterThan(0);
  return (await tokens(purpose)).at(-1)!;
}

describe('The mail about a new way into an account', () => {
  it('lets its owner back in, whom the factor of a thief kept out also after a reset', async () => {
    const thief = await addApp();
    await api.post('/v1/auth/password/forgot', { body: { email } });
    expect((await reset(await mailed('password_reset'))).status).toBe(204);
    expect((await login(OTHER)).body.mfaRequired).toBe(true);
    expect((await undo(await mailed('access_undo'))).status).toBe(204);
    expect([(await login()).status, (await login(OTHER)).status]).toEqual([401, 401]);
    await expect.poll(async () => (await tokens('password_reset')).length, { timeout: 15_000 }).toBe(2);
    expect((await reset(await mailed('password_reset'))).status).toBe(204);
    const { accessToken } = (await login(OTHER)).body;
    const factors = await api.request('GET /v1/auth/mfa', { token: accessToken! });
    expect(factors.body).toEqual({ totp: false, passkeys: 0, recoveryCodesLeft: 0 });
    expect(await meStatus(thief)).toBe(401);
  });

  it('leaves the factors that are older than a day before it', async () => {
    await addApp();
    const token = await mailed('access_undo');
    await api.sql(
      `UPDATE mailed_tokens SET added_at = added_at + interval '2 days' WHERE user_id = $1 AND purpose = 'access_undo'`,
      [decodeId('usr', id)],
    );
    expect((await undo(token)).status).toBe(204);
    const [left] = await api.sql(
      `SELECT has_second_factor AS factor, password_hash IS NULL AS ended, (SELECT count(*)::int FROM recovery_codes WHERE user_id = users.id) AS codes
       FROM users WHERE id = $1`,
      [decodeId('usr', id)],
    );
    expect(left).toEqual({ factor: true, ended: true, codes: 10 });
  });

  it('works once, for seven days, and for the address that the account has', async () => {
    await addApp();
    const token = await mailed('access_undo');
    const expiring = `UPDATE mailed_tokens SET expires_at = $2 WHERE user_id = $1 AND purpose = 'access_undo' RETURNING expires_at - added_at AS validity`;
    const user = decodeId('usr', id);
    const [{ validity }] = (await api.sql(expiring.replace('$2', 'expires_at'), [user])) as [{ validity: object }];
    expect(validity).toMatchObject({ days: 7 });
    await api.sql('UPDATE users SET email = $2 WHERE id = $1', [user, `new.${email}`]);
    expect(await undo(token)).toMatchObject(refused);
    await api.sql('UPDATE users SET email = $2 WHERE id = $1', [user, email]);
    const both = await Promise.all([undo(token), undo(token)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 400]);
    expect(await undo(token)).toMatchObject(refused);
  });

  it('ends what else was mailed: other undoings, and a new address that waits for its confirmation', async () => {
    const token = await addApp();
    const body = { email: `thief.${email}` };
    expect((await api.request('POST /v1/users/me/email-change', { token, body })).status).toBe(204);
    const user = decodeId('usr', id);
    const open = () =>
      api.sql('SELECT purpose FROM mailed_tokens WHERE user_id = $1 AND used_at IS NULL ORDER BY purpose', [user]);
    await expect.poll(open, { timeout: 15_000 }).toContainEqual({ purpose: 'email_change' });
    expect((await undo(await mailed('access_undo'))).status).toBe(204);
    expect(await open()).not.toContainEqual({ purpose: 'email_change' });
    expect(await open()).not.toContainEqual({ purpose: 'access_undo' });
  });

  it('undoes nothing when it is too old', async () => {
    const session = await addApp();
    const token = await mailed('access_undo');
    await api.sql(`UPDATE mailed_tokens SET expires_at = now() WHERE user_id = $1`, [decodeId('usr', id)]);
    expect(await undo(token)).toMatchObject(refused);
    expect(await meStatus(session)).toBe(200);
  });
});
