import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sqlState } from '../../../src/platform/database/errors.js';
import { Clock } from '../../../src/shared/clock.js';
import { Authenticator } from '../../support/authenticator.js';
import { api, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';
/** Enough beside a second factor. */
const SHORT = 'vyqutoza';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
interface Half {
  readonly mfaRequired?: true;
  readonly mfaToken: string;
}
interface Secret {
  readonly secret: string;
  readonly uri: string;
  readonly qrCode: string;
}

scenario({ people: [], unchecked: true, env: { REQUIRE_STAFF_SECOND_FACTOR: 'yes', TRUST_PROXY: '127.0.0.1' } });

let email: string;
/** The api's time, in seconds. It stands still. */
let now: number;
beforeEach(async () => {
  vi.restoreAllMocks();
  email = `${randomUUID()}@till.test`;
  await api.post('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
  now = Math.floor(Date.now() / 1000);
  api.app.get(Clock).now = () => new Date(now * 1000);
});

const from = (address: string) => ({ 'x-forwarded-for': address });
const logIn = <T = Tokens>(password = PASSWORD, address = '192.0.2.1') =>
  api.request<T>('POST /v1/auth/login', { body: { email, password }, headers: from(address) });
const signIn = async () => (await logIn()).body;
const half = async (password = PASSWORD) => (await logIn<Half>(password)).body.mfaToken;
const challenge = (mfaToken: string, code: string, address = '192.0.2.1') =>
  api.request<Tokens>('POST /v1/auth/mfa/challenge', { body: { mfaToken, code }, headers: from(address) });
const begin = (token: string) => api.request<Secret>('POST /v1/auth/mfa/totp', { token });
const confirm = (token: string, code: string) =>
  api.request<Tokens & { recoveryCodes: string[] }>('POST /v1/auth/mfa/totp/confirmation', { token, body: { code } });
const factors = (token: string) => api.request('GET /v1/auth/mfa', { token });
const remove = (token: string) => api.request('DELETE /v1/auth/mfa/totp', { token });
const statusOf = async ({ accessToken }: Tokens) =>
  (await api.request('GET /v1/users/me', { token: accessToken })).status;
const refreshing = ({ refreshToken }: Tokens) => api.request('POST /v1/auth/refresh', { body: { refreshToken } });
const changePassword = (token: string, currentPassword: string, newPassword: string) =>
  api.request<Tokens>('POST /v1/auth/password/change', { token, body: { currentPassword, newPassword } });

/** Adds an authenticator to the account of the test, a minute before the present. */
async function enrol(token?: string) {
  const accessToken = token ?? (await signIn()).accessToken;
  const app = new Authenticator((await begin(accessToken)).body.secret);
  now -= 60;
  const { status, body } = await confirm(accessToken, app.codeAt(now));
  now += 60;
  expect(status).toBe(200);
  return { app, ...body };
}

/** A token to reset the password, without the mail. */
async function mailedToken(): Promise<string> {
  const token = randomUUID();
  await api.sql(
    `INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at)
     SELECT gen_random_uuid(), 'password_reset', email, id, sha256($2::bytea), now() + interval '1 hour' FROM users WHERE email = $1`,
    [email, Buffer.from(token)],
  );
  return token;
}
const reset = async (newPassword: string) =>
  api.request('POST /v1/auth/password/reset', { body: { token: await mailedToken(), newPassword } });

const makeStaff = () => api.sql(`UPDATE users SET roles = '{support}' WHERE email = $1`, [email]);
const wrongCode = { status: 401, body: { code: 'invalid_code' } };

describe('An authenticator app', () => {
  it('is added by its first code, which ends the other sessions and shows ten recovery codes', async () => {
    const [own, other] = [await signIn(), await signIn()];
    const { status, body, headers } = await begin(own.accessToken);
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body.uri).toBe(
      `otpauth://totp/localhost:${encodeURIComponent(email)}?secret=${body.secret}&issuer=localhost`,
    );
    expect(Buffer.from(body.qrCode.split(',')[1]!, 'base64').toString()).toMatch(/^<svg /);
    expect((await logIn()).body).toHaveProperty('accessToken');
    const app = new Authenticator(body.secret);
    const wrong = { status: 400, body: { errors: [{ pointer: '/code', code: 'invalid_code' }] } };
    expect(await confirm(own.accessToken, app.codeAt(now - 60))).toMatchObject(wrong);
    const added = await confirm(own.accessToken, app.codeAt(now));
    expect([added.status, new Set(added.body.recoveryCodes).size]).toEqual([200, 10]);
    for (const tokens of [own, other]) expect((await refreshing(tokens)).status).toBe(401);
    expect(await statusOf(added.body)).toBe(200);
    expect((await refreshing(added.body)).status).toBe(200);
    expect((await factors(added.body.accessToken)).body).toEqual({ totp: true, passkeys: 0, recoveryCodesLeft: 10 });
    expect(await begin(added.body.accessToken)).toMatchObject({ status: 409, body: { code: 'factor_exists' } });
  });

  it('is kept encrypted, and recovery codes as hashes', async () => {
    const { accessToken } = await signIn();
    const { secret } = (await begin(accessToken)).body;
    const { recoveryCodes } = (await confirm(accessToken, new Authenticator(secret).codeAt(now))).body;
    const rows = await api.sql(
      `SELECT t::text AS row FROM totp_factors t UNION ALL SELECT r::text FROM recovery_codes r`,
    );
    const text = rows.map(({ row }) => String(row)).join('\n');
    expect(text).toMatch(/,[a-z0-9-]+:[\w-]{38,},/);
    for (const shown of [secret, ...recoveryCodes]) expect(text).not.toContain(shown);
  });

  it('is asked for after the password, which alone reaches only the challenge', async () => {
    const { app, accessToken } = await enrol();
    const { status, body } = await logIn<Half>();
    expect([status, Object.keys(body).toSorted()]).toEqual([200, ['expiresIn', 'mfaRequired', 'mfaToken']]);
    expect((await api.request('GET /v1/users/me', { token: body.mfaToken })).status).toBe(401);
    expect((await confirm(body.mfaToken, '000000')).status).toBe(401);
    expect((await refreshing({ refreshToken: body.mfaToken, accessToken: '' })).status).toBe(400);
    const refused = { status: 401, body: { code: 'invalid_mfa_token' } };
    expect(await challenge(accessToken, app.codeAt(now))).toMatchObject(refused);
    const signedIn = await challenge(body.mfaToken, app.codeAt(now));
    expect(signedIn.status).toBe(200);
    expect(await statusOf(signedIn.body)).toBe(200);
  });

  it('has codes that work once, also for two who send one at once', async () => {
    const { app } = await enrol();
    const tokens = await Promise.all(Array.from({ length: 5 }, () => half()));
    const answers = await Promise.all(tokens.map((token) => challenge(token, app.codeAt(now))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401]);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(answer).toMatchObject(wrongCode);
  });

  it('has codes that still work in the next step, and not in the one after, nor early', async () => {
    const { app } = await enrol();
    const token = await half();
    now += 300;
    for (const other of [-60, 30]) expect(await challenge(token, app.codeAt(now + other))).toMatchObject(wrongCode);
    expect((await challenge(token, app.codeAt(now - 30))).status).toBe(200);
    expect(await challenge(token, app.codeAt(now - 30))).toMatchObject(wrongCode);
    expect((await challenge(token, app.codeAt(now))).status).toBe(200);
    // The code of the step before is not used, but older than the last one that was.
    expect(await challenge(token, app.codeAt(now - 30))).toMatchObject(wrongCode);
  });

  it('is not guessed from many addresses, while a recovery code gets the owner in', async () => {
    const { app, recoveryCodes } = await enrol();
    const token = await half();
    for (let n = 0; n < 5; n++) expect(await challenge(token, `${n}`, `198.51.100.${n}`)).toMatchObject(wrongCode);
    const waits = await challenge(token, app.codeAt(now), '198.51.100.77');
    expect(waits).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect((await challenge(token, recoveryCodes[0]!)).status).toBe(200);
  });

  it('is not avoided by a half-finished sign-in from before a change of the password', async () => {
    const { app } = await enrol();
    const token = await half();
    expect((await reset('seven loud blue herons')).status).toBe(204);
    const refused = { status: 401, body: { code: 'invalid_mfa_token' } };
    expect(await challenge(token, app.codeAt(now))).toMatchObject(refused);
  });

  it('is removed, which ends all sessions', async () => {
    const { accessToken, refreshToken } = await enrol();
    expect((await remove(accessToken)).status).toBe(204);
    expect((await refreshing({ accessToken, refreshToken })).status).toBe(401);
    const tokens = await signIn();
    expect((await factors(tokens.accessToken)).body).toEqual({ totp: false, passkeys: 0, recoveryCodesLeft: 0 });
    expect(await remove(tokens.accessToken)).toMatchObject({ status: 409, body: { code: 'no_such_factor' } });
  });

  it('and sign-ins with it are in the audit log', async () => {
    const { app, recoveryCodes } = await enrol();
    await challenge(await half(), '1');
    await challenge(await half(), app.codeAt(now));
    await challenge(await half(), recoveryCodes[0]!);
    const entries = await api.sql(
      `SELECT a.action, a.outcome, a.after FROM audit_log a JOIN users u ON u.email = $1
       WHERE a.target_id IS NOT NULL AND (a.actor_id = u.id OR a.outcome = 'failed') ORDER BY a.id DESC LIMIT 5`,
      [email],
    );
    expect(entries.toReversed()).toEqual([
      { action: 'auth.sign_in', outcome: 'succeeded', after: null },
      { action: 'factor.added', outcome: 'succeeded', after: { kind: 'totp' } },
      { action: 'auth.second_factor', outcome: 'failed', after: null },
      { action: 'auth.sign_in', outcome: 'succeeded', after: { secondFactor: 'totp' } },
      { action: 'auth.sign_in', outcome: 'succeeded', after: { secondFactor: 'recovery_code' } },
    ]);
  });
});

describe('A recovery code', () => {
  it('works once, also for two who send it at once, and however it is typed', async () => {
    const { recoveryCodes, accessToken } = await enrol();
    const tokens = await Promise.all(Array.from({ length: 4 }, () => half()));
    const answers = await Promise.all(tokens.map((token) => challenge(token, recoveryCodes[3]!.toLowerCase())));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    expect((await challenge(await half(), recoveryCodes[4]!.replaceAll('-', ' '))).status).toBe(200);
    expect((await factors(accessToken)).body).toEqual({ totp: true, passkeys: 0, recoveryCodesLeft: 8 });
  });

  it('ends when new ones are made', async () => {
    const { recoveryCodes, accessToken } = await enrol();
    const made = await api.request<{ recoveryCodes: string[] }>('POST /v1/auth/mfa/recovery-codes', {
      token: accessToken,
    });
    expect([made.status, made.body.recoveryCodes.length]).toEqual([201, 10]);
    expect(await challenge(await half(), recoveryCodes[0]!)).toMatchObject(wrongCode);
    expect((await challenge(await half(), made.body.recoveryCodes[0]!)).status).toBe(200);
  });

  it('is nothing of an account without a second factor', async () => {
    const { accessToken } = await signIn();
    const refused = { status: 409, body: { code: 'no_such_factor' } };
    expect(await api.request('POST /v1/auth/mfa/recovery-codes', { token: accessToken })).toMatchObject(refused);
  });
});

describe('A password', () => {
  it('may be short beside a second factor, and not alone', async () => {
    const tooShort = { status: 400, body: { errors: [{ pointer: '/newPassword', code: 'is_length' }] } };
    expect(await changePassword((await signIn()).accessToken, PASSWORD, SHORT)).toMatchObject(tooShort);
    expect(await reset(SHORT)).toMatchObject(tooShort);
    const { accessToken } = await enrol();
    const changed = await changePassword(accessToken, PASSWORD, SHORT);
    expect(changed.status).toBe(200);
    expect(await statusOf(changed.body)).toBe(200);
    expect(await remove(changed.body.accessToken)).toMatchObject({ status: 409, body: { code: 'password_too_short' } });
    const long = await changePassword(changed.body.accessToken, SHORT, PASSWORD);
    expect((await remove(long.body.accessToken)).status).toBe(204);
  });

  it('that is reset leaves the second factor', async () => {
    const { app } = await enrol();
    // The mail that first confirms an address takes away what came before it: see email-change.spec.ts.
    await api.sql('UPDATE users SET email_verified_at = now() WHERE email = $1', [email]);
    expect((await reset(SHORT)).status).toBe(204);
    const { body } = await logIn<Half>(SHORT);
    expect(body.mfaRequired).toBe(true);
    expect((await challenge(body.mfaToken, app.codeAt(now))).status).toBe(200);
  });

  it('that is short is never the only factor, whatever comes together', async () => {
    const { accessToken } = await enrol();
    const [removed, changed] = await Promise.all([remove(accessToken), changePassword(accessToken, PASSWORD, SHORT)]);
    expect([removed.status, changed.status]).not.toEqual([204, 200]);
    const [user] = await api.sql(
      'SELECT has_second_factor OR NOT has_short_password AS fits FROM users WHERE email = $1',
      [email],
    );
    expect(user).toEqual({ fits: true });
  });
});

const stateOf = (work: Promise<unknown>) => work.then(() => undefined, sqlState);
const insertSession = (factor: string | null) =>
  api.sql(
    `INSERT INTO sessions (id, user_id, device, address, expires_at, second_factor)
     SELECT gen_random_uuid(), id, '', '', now() + interval '1 day', $2 FROM users WHERE email = $1`,
    [email, factor],
  );

describe('The database', () => {
  it('starts no session of an account with a second factor without one', async () => {
    expect(await stateOf(insertSession(null))).toBeUndefined();
    await enrol();
    expect(await stateOf(insertSession(null))).toBe('23514');
    expect(await stateOf(insertSession('totp'))).toBeUndefined();
  });

  it('takes no step back, and no recovery code again', async () => {
    const { recoveryCodes } = await enrol();
    await challenge(await half(), recoveryCodes[0]!);
    const own = 'user_id = (SELECT id FROM users WHERE email = $1)';
    const step = (change: string) => api.sql(`UPDATE totp_factors SET last_step = ${change} WHERE ${own}`, [email]);
    for (const change of ['last_step', 'last_step - 1']) expect(await stateOf(step(change))).toBe('23514');
    const again = api.sql(`UPDATE recovery_codes SET used_at = NULL WHERE used_at IS NOT NULL AND ${own}`, [email]);
    expect(await stateOf(again)).toBe('23514');
  });

  it('lets no sign-in slip past a factor that is added meanwhile', async () => {
    const { accessToken } = await signIn();
    const app = new Authenticator((await begin(accessToken)).body.secret);
    const [added, ...others] = await Promise.all([
      confirm(accessToken, app.codeAt(now)),
      ...Array.from({ length: 6 }, () => logIn<Partial<Tokens>>()),
    ]);
    expect(added.status).toBe(200);
    const started = others.filter(({ body }) => body.refreshToken !== undefined);
    for (const { body } of started) expect((await refreshing(body as Tokens)).status).toBe(401);
  });
});

describe('Staff who need a second factor', () => {
  const refused = { status: 403, body: { code: 'second_factor_required' } };

  it('reach nothing but adding one, then everything', async () => {
    await makeStaff();
    const { accessToken: token } = await signIn();
    const asks = ['GET /v1/users/me', 'GET /v1/orders', 'GET /v1/auth/sessions', 'POST /v1/auth/email/verification'];
    for (const line of asks) expect(await api.request(line, { token })).toMatchObject(refused);
    expect(await changePassword(token, PASSWORD, 'seven loud blue herons')).toMatchObject(refused);
    expect((await api.request('GET /v1/products', { token })).status).toBe(200);
    expect((await factors(token)).status).toBe(200);
    const { accessToken } = await enrol(token);
    for (const line of asks.slice(0, 3)) expect((await api.request(line, { token: accessToken })).status).toBe(200);
  });

  it('are back there when they remove the last one', async () => {
    await makeStaff();
    const { accessToken } = await enrol();
    expect((await remove(accessToken)).status).toBe(204);
    expect(await api.request('GET /v1/orders', { token: (await signIn()).accessToken })).toMatchObject(refused);
  });

  it('are also those who get a role while they are signed in', async () => {
    const tokens = await signIn();
    await makeStaff();
    const renewed = await refreshing(tokens);
    const { accessToken } = renewed.body as unknown as Tokens;
    expect(await api.request('GET /v1/orders', { token: accessToken })).toMatchObject(refused);
  });

  it('are not asked where the setting does not say so, and customers never', async () => {
    expect(await statusOf(await signIn())).toBe(200);
  });
});
