import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteExpired } from '../../../src/auth/expired-rows.js';
import { PasskeyDomainCheck } from '../../../src/auth/passkeys/passkey-domain-check.js';
import { PasskeysRepository } from '../../../src/auth/passkeys/passkeys.repository.js';
import { Config } from '../../../src/platform/config/index.js';
import type { Logger } from '../../../src/platform/logging/index.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId } from '../../../src/shared/ids.js';
import { type Deviation, PasskeyDevice } from '../../support/passkey-device.js';
import { api, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
interface Begun {
  readonly publicKey: { readonly challenge: string; readonly excludeCredentials: object[] };
}
interface Added extends Partial<Tokens> {
  readonly passkey: { readonly id: string; readonly name: string };
  readonly recoveryCodes?: string[];
}

scenario({ people: [], unchecked: true, env: { REQUIRE_STAFF_SECOND_FACTOR: 'yes' } });

let email: string;
let id: string;
let device: PasskeyDevice;
beforeEach(async () => {
  email = `${randomUUID()}@till.test`;
  const body = { email, password: PASSWORD, name: 'Ada' };
  id = (await api.post<{ id: string }>('/v1/auth/register', { body })).body.id;
  device = newDevice();
});
afterEach(() => api.moveClock(0));

const newDevice = () => new PasskeyDevice(new URL(api.app.get(Config).http.publicUrl).origin);
const login = async <T = Tokens>() =>
  (await api.request<T>('POST /v1/auth/login', { body: { email, password: PASSWORD } })).body;
const begin = (token: string) => api.request<Begun>('POST /v1/auth/passkeys/registrations', { token });
const add = (token: string, credential: object, name = 'Laptop') =>
  api.request<Added>('POST /v1/auth/passkeys', { token, body: { name, credential } });
/** Adds the passkey of a device to the account of the test. */
async function enrol(token?: string, by = device, deviation: Deviation = {}) {
  const accessToken = token ?? (await login()).accessToken;
  const { publicKey } = (await begin(accessToken)).body;
  return add(accessToken, by.create(publicKey, deviation));
}
const challenge = async () => (await api.request<Begun>('POST /v1/auth/passkeys/authentications')).body.publicKey;
const present = (credential: object) =>
  api.request<Tokens>('POST /v1/auth/passkeys/sign-ins', { body: { credential } });
const signIn = async (deviation: Deviation = {}, by = device) => present(by.get(await challenge(), deviation));
const list = async (token: string) =>
  (await api.request<{ data: Added['passkey'][] }>('GET /v1/auth/passkeys', { token })).body.data;
const remove = (token: string, passkey: string) => api.request(`DELETE /v1/auth/passkeys/${passkey}`, { token });
const statusOf = async (token: string) => (await api.request('GET /v1/users/me', { token })).status;
const user = () => decodeId('usr', id);
const shape = ({ status, body }: { status: number; body: object }) => ({ status, ...body, requestId: '' });
const refused = { status: 401, body: { code: 'invalid_passkey' } };

describe('A passkey', () => {
  it('is added in a recent sign-in as the first factor: other sessions end, and recovery codes are shown', async () => {
    const [own, other] = [await login(), await login()];
    const added = await enrol(own.accessToken);
    expect(added).toMatchObject({
      status: 200,
      body: { passkey: { name: 'Laptop', synced: false, lastUsedAt: null } },
    });
    expect([added.body.recoveryCodes?.length, added.headers.get('cache-control')]).toEqual([10, 'no-store']);
    const refreshed = await api.request('POST /v1/auth/refresh', { body: { refreshToken: other.refreshToken } });
    expect([refreshed.status, await statusOf(added.body.accessToken!)]).toEqual([401, 200]);
    const factors = await api.request('GET /v1/auth/mfa', { token: added.body.accessToken });
    expect(factors.body).toEqual({ totp: false, passkeys: 1, recoveryCodesLeft: 10 });
    const second = await enrol(added.body.accessToken, newDevice());
    expect(Object.keys(second.body)).toEqual(['firstFactor', 'passkey']);
    expect(await list(added.body.accessToken!)).toHaveLength(2);
  });

  it('needs a sign-in of the last ten minutes to be added', async () => {
    const { accessToken } = await login();
    api.moveClock(601);
    expect(await begin(accessToken)).toMatchObject({ status: 403, body: { code: 'recent_sign_in_required' } });
  });

  it('signs its owner in without a password, and again within a session', async () => {
    await enrol();
    const signedIn = await signIn();
    expect([signedIn.status, await statusOf(signedIn.body.accessToken)]).toEqual([200, 200]);
    const [session] = await api.sql(
      'SELECT second_factor FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1',
      [user()],
    );
    expect(session).toEqual({ second_factor: 'passkey' });
    await api.sql(
      `UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = $1 AND ended_at IS NULL`,
      [user()],
    );
    const { refreshToken } = signedIn.body;
    const old = await api.request<Tokens>('POST /v1/auth/refresh', { body: { refreshToken } });
    const token = old.body.accessToken;
    const body = { credential: device.get(await challenge()) };
    const again = await api.request<Tokens>('POST /v1/auth/reauthentication/passkey', { token, body });
    expect([again.status, (await begin(token)).status]).toEqual([200, 403]);
    expect((await begin(again.body.accessToken)).body.publicKey.excludeCredentials).toMatchObject([
      { id: device.credentialId.toString('base64url') },
    ]);
  });

  it('is a second factor beside the password, which alone signs nobody in', async () => {
    await enrol();
    expect(await login<object>()).toMatchObject({ mfaRequired: true });
    await api.sql(`UPDATE users SET roles = '{support}' WHERE id = $1`, [user()]);
    const { accessToken } = (await signIn()).body;
    expect((await api.request('GET /v1/orders', { token: accessToken })).status).toBe(200);
  });

  it('is renamed and removed by its owner alone; with the last factor go sessions and recovery codes', async () => {
    const { body } = await enrol();
    const [mine, token] = [body.passkey.id, body.accessToken!];
    const stranger = await api.person();
    const rename = (by: string) =>
      api.request<Added['passkey']>(`PATCH /v1/auth/passkeys/${mine}`, { token: by, body: { name: 'Phone' } });
    expect([(await rename(stranger.token)).status, (await rename(token)).body.name]).toEqual([404, 'Phone']);
    expect((await remove(stranger.token, mine)).status).toBe(404);
    expect((await remove(token, mine)).status).toBe(204);
    expect(await signIn()).toMatchObject(refused);
    const { accessToken } = await login();
    const factors = await api.request('GET /v1/auth/mfa', { token: accessToken });
    expect(factors.body).toEqual({ totp: false, passkeys: 0, recoveryCodesLeft: 0 });
    const events = await api.sql(
      `SELECT type FROM events WHERE aggregate_id = $1 AND type LIKE '%passkey%' ORDER BY id`,
      [id],
    );
    expect(events.map(({ type }) => type)).toEqual(['user.passkey_added', 'user.passkey_removed']);
  });

  it('is missed at the next start when the domain of passkeys is another one', async () => {
    await enrol();
    const warnings: string[] = [];
    const logger = { warn: (message: string) => warnings.push(message) } as unknown as Logger;
    const check = new PasskeyDomainCheck(api.app.get(PasskeysRepository), logger, api.app.get(Config));
    await check.check();
    expect(warnings).toEqual([]);
    await api.sql(`UPDATE passkeys SET rp_id = 'old.example' WHERE user_id = $1`, [user()]);
    await check.check();
    expect(warnings).toEqual([expect.stringContaining('1 passkeys were made for old.example')]);
    // One of an earlier release is known by its domain as soon as it is used.
    await api.sql('UPDATE passkeys SET rp_id = NULL WHERE user_id = $1', [user()]);
    await signIn();
    expect(await api.sql('SELECT rp_id FROM passkeys WHERE user_id = $1', [user()])).toEqual([
      { rp_id: new URL(api.app.get(Config).http.publicUrl).hostname },
    ]);
  });

  it('is not removed beside a short password that needs it', async () => {
    const { body } = await enrol();
    await api.sql('UPDATE users SET has_short_password = true WHERE id = $1', [user()]);
    expect(await remove(body.accessToken!, body.passkey.id)).toMatchObject({ body: { code: 'password_too_short' } });
  });

  it('of a disabled account signs nobody in', async () => {
    await enrol();
    await api.sql(`UPDATE users SET status = 'disabled' WHERE id = $1`, [user()]);
    expect(await signIn()).toMatchObject(refused);
  });
});

describe('What an authenticator signed', () => {
  it.each<[string, Deviation]>([
    ['on a page of another origin', { origin: 'https://evil.example' }],
    ['for another domain', { rpId: 'evil.example' }],
    ['in a frame of another origin', { crossOrigin: true }],
    ['without a PIN, a fingerprint or the like', { isUserVerified: false }],
    ['with a challenge of somebody else', { challenge: 'A'.repeat(43) }],
    ['to add a passkey', { type: 'webauthn.create' }],
    ['for another account', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s signs nobody in', async (_, deviation) => {
    await enrol();
    expect(await signIn(deviation)).toMatchObject(refused);
    expect((await signIn()).status).toBe(200);
  });

  it.each<[string, Deviation]>([
    ['on a page of another origin', { origin: 'https://evil.example' }],
    ['for another domain', { rpId: 'evil.example' }],
    ['in a frame of another origin', { crossOrigin: true }],
    ['without a PIN, a fingerprint or the like', { isUserVerified: false }],
    ['to sign in', { type: 'webauthn.get' }],
    ['with certificates, which nobody asked for', { format: 'packed' }],
  ])('%s adds no passkey', async (_, deviation) => {
    expect(await enrol(undefined, device, deviation)).toMatchObject(refused);
    expect(await list((await login()).accessToken)).toEqual([]);
  });

  it('is of use once, also to two at once, and not after five minutes', async () => {
    await enrol();
    const credential = device.get(await challenge());
    const answers = await Promise.all([present(credential), present(credential), present(credential)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
    const late = device.get(await challenge());
    await api.sql(`UPDATE passkey_challenges SET expires_at = now() - interval '1 second'`);
    expect(await present(late)).toMatchObject(refused);
  });

  it('is deleted when it is old, and no other', async () => {
    await challenge();
    await api.sql(`UPDATE passkey_challenges SET expires_at = now() - interval '1 second'`);
    const credential = (await enrol(), device.get(await challenge()));
    await deleteExpired(api.app.get(Transaction), 'passkey_challenges');
    expect(await api.sql('SELECT FROM passkey_challenges')).toHaveLength(1);
    expect((await present(credential)).status).toBe(200);
  });

  it('with the key of another device is refused the same way as a passkey that nobody has', async () => {
    await enrol();
    const thief = newDevice();
    const unknown = await signIn({ userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }, thief);
    thief.credentialId = device.credentialId;
    const forged = await signIn(
      { userHandle: Buffer.from(user()!.replaceAll('-', ''), 'hex').toString('base64url') },
      thief,
    );
    expect(shape(forged)).toEqual(shape(unknown));
    expect(forged).toMatchObject(refused);
    const [entry] = await api.sql(
      `SELECT outcome FROM audit_log WHERE action = 'auth.sign_in' AND target_id = $1 ORDER BY id DESC LIMIT 1`,
      [id],
    );
    expect(entry).toEqual({ outcome: 'failed' });
  });

  it('shows a copy of the key by a counter that did not grow', async () => {
    await enrol();
    expect((await signIn({ counter: 7 })).status).toBe(200);
    for (const counter of [7, 6, 0]) expect(await signIn({ counter })).toMatchObject(refused);
    expect((await signIn({ counter: 8 })).status).toBe(200);
    const back = `UPDATE passkeys SET sign_count = 1 WHERE user_id = $1`;
    await expect(api.sql(back, [user()])).rejects.toThrow('append-only');
  });

  it('says nothing of who has passkeys before', async () => {
    await enrol();
    expect(await challenge()).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    const { allowCredentials } = (await challenge()) as { allowCredentials?: object[] };
    expect(allowCredentials ?? []).toEqual([]);
  });
});

describe('A registration', () => {
  it('ends in vain for another account, a second time, and after a change of the account', async () => {
    const { accessToken } = await login();
    const stranger = await api.person();
    const stolen = device.create((await begin(accessToken)).body.publicKey);
    expect(await add(stranger.token, stolen)).toMatchObject(refused);
    expect(await add(accessToken, stolen)).toMatchObject(refused);
    const late = device.create((await begin(accessToken)).body.publicKey);
    const other = await enrol(accessToken, newDevice());
    expect(await add(other.body.accessToken!, late)).toMatchObject(refused);
  });

  it('gives a passkey to one account, though two add it at once', async () => {
    const stranger = await api.person();
    const { accessToken } = await login();
    const both = await Promise.all(
      [accessToken, stranger.token].map(async (token) => ({ token, ...(await begin(token)).body })),
    );
    const answers = await Promise.all(both.map(({ token, publicKey }) => add(token, device.create(publicKey))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    const [counted] = await api.sql('SELECT count(*)::int AS n FROM passkeys WHERE credential_id = $1', [
      device.credentialId,
    ]);
    expect(counted).toEqual({ n: 1 });
  });

  it('counts as the first factor for one of two that come at once', async () => {
    const { accessToken } = await login();
    const devices = [newDevice(), newDevice()];
    const credentials = await Promise.all(
      devices.map(async (one) => one.create((await begin(accessToken)).body.publicKey)),
    );
    const answers = await Promise.all(credentials.map((credential) => add(accessToken, credential)));
    expect(answers.filter(({ body }) => body.recoveryCodes).length).toBe(1);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
  });

  it('makes twenty passkeys at most, also of many at once', async () => {
    const { body } = await enrol();
    await api.sql(
      `INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, is_synced, name)
       SELECT gen_random_uuid(), $1, gen_random_uuid()::text::bytea, '\\x00', 0, '{}', false, 'x' FROM generate_series(1, 17)`,
      [user()],
    );
    const token = body.accessToken!;
    const answers = await Promise.all(Array.from({ length: 5 }, () => enrol(token, newDevice())));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 409, 409, 409]);
    expect(await list(token)).toHaveLength(20);
  });
});
