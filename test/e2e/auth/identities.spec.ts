import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { CLIENT, startIdentityProvider, type TestIdentityProvider } from '../../support/identity-provider.js';
import { api, conflict, scenario } from '../../support/scenario.js';

const PASSWORD = 'four quiet grey herons';
const REDIRECT_URI = 'http://127.0.0.1:4000/arrived';

interface Begun {
  readonly authorizationUrl: string;
  readonly flow: string;
}
interface Tokens {
  readonly accessToken?: string;
  readonly mfaRequired?: boolean;
}

/** The claims of one are in its ID tokens, those of the other at its user info endpoint. */
let acme: TestIdentityProvider;
let other: TestIdentityProvider;
scenario({
  people: [],
  unchecked: true,
  env: async () => {
    acme = await startIdentityProvider({ redirectUri: REDIRECT_URI, claimsInIdToken: true });
    other = await startIdentityProvider({ redirectUri: REDIRECT_URI });
    const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUris: [REDIRECT_URI] };
    const providers = [
      { id: 'acme', name: 'Acme', issuer: acme.issuer, ...client },
      { id: 'other', name: 'Other', issuer: other.issuer, ...client },
      { id: 'away', name: 'Away', issuer: 'http://127.0.0.1:9', ...client },
    ];
    return { OIDC_PROVIDERS: JSON.stringify(providers) };
  },
});
afterAll(() => Promise.all([acme?.close(), other?.close()]));

const failed = { status: 401, body: { code: 'sign_in_at_provider_failed' } };
const address = () => `${randomUUID()}@till.test`;
/** A person whom the provider knows, with an address that it has confirmed. */
function subjectAt(provider: TestIdentityProvider, email = address(), more: object = {}): string {
  const subject = randomUUID();
  provider.knows(subject, { email, email_verified: true, name: 'Ada Lovelace', ...more });
  return subject;
}
const begin = async (id = 'acme', body: object = {}) =>
  (await api.post<Begun>(`/v1/auth/providers/${id}/authorizations`, { body })).body;
const complete = (id: string, body: object) => api.request<Tokens>(`POST /v1/auth/providers/${id}/sign-ins`, { body });
async function signIn(subject: string, provider = acme) {
  const id = provider === acme ? 'acme' : 'other';
  const { authorizationUrl, flow } = await begin(id);
  return complete(id, { flow, callback: await provider.signIn(authorizationUrl, subject) });
}
const me = async (token: string | undefined) =>
  (
    await api.request<{ id: string; email: string; emailVerified: boolean; name: string }>('GET /v1/users/me', {
      token,
    })
  ).body;
/** Somebody who registered here. */
async function registered(email: string): Promise<Person> {
  const { id } = (
    await api.post<{ id: string }>('/v1/auth/register', { body: { email, password: PASSWORD, name: 'Eve' } })
  ).body;
  const tokens = await api.request<Tokens>('POST /v1/auth/login', { body: { email, password: PASSWORD } });
  return { id, token: tokens.body.accessToken! };
}
const verify = ({ id }: Person) =>
  api.sql('UPDATE users SET email_verified_at = now() WHERE id = $1', [decodeId('usr', id)]);
async function link({ token }: Person, subject: string, by: Person = { id: '', token }) {
  const begun = await api.post<Begun>('/v1/auth/identities/authorizations', { token, body: { provider: 'acme' } });
  const callback = await acme.signIn(begun.body.authorizationUrl, subject);
  return api.post<{ id: string }>('/v1/auth/identities', {
    token: by.token,
    body: { flow: begun.body.flow, callback },
  });
}

/** The events about identities, each of which leads to a mail to the person. */
const noticesOf = async ({ id }: Person) =>
  (
    await api.sql(`SELECT type FROM events WHERE aggregate_id = $1 AND type LIKE 'user.identity%' ORDER BY id`, [id])
  ).map(({ type }) => type);

describe('signing in at a provider', () => {
  it('lists the configured providers', async () => {
    const { body } = await api.request<{ data: object[] }>('GET /v1/auth/providers');
    expect(body.data.slice(0, 2)).toEqual([
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'Other' },
    ]);
  });

  it.each(['acme', 'other'])(
    'makes an account the first time, and finds it by the subject afterwards (%s)',
    async (id) => {
      const provider = id === 'acme' ? acme : other;
      const email = address();
      const subject = subjectAt(provider, email);
      const first = await signIn(subject, provider);
      expect(first.status).toBe(200);
      const account = await me(first.body.accessToken);
      expect(account).toMatchObject({ email, emailVerified: true, name: 'Ada Lovelace', roles: ['customer'] });
      provider.knows(subject, { email: address(), email_verified: true });
      const again = await me((await signIn(subject, provider)).body.accessToken);
      expect(again).toMatchObject({ id: account.id, email });
    },
  );

  it('makes one account when a person signs in twice at the same moment', async () => {
    const subject = subjectAt(acme);
    const answers = await Promise.all([signIn(subject), signIn(subject), signIn(subject)]);
    const ids = await Promise.all(answers.map(async ({ body }) => (await me(body.accessToken)).id));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^usr_/);
  });

  it('takes no account over: one whose address is not confirmed here, one of staff, one of another subject', async () => {
    const [mine, staff, first] = [address(), address(), address()];
    await registered(mine);
    expect(await signIn(subjectAt(acme, mine))).toMatchObject(conflict('identity_not_linked'));
    const colleague = await registered(staff);
    await verify(colleague);
    await api.sql(`UPDATE users SET roles = '{support}' WHERE id = $1`, [decodeId('usr', colleague.id)]);
    expect(await signIn(subjectAt(acme, staff))).toMatchObject(conflict('identity_not_linked'));
    await signIn(subjectAt(acme, first));
    // The provider gave the address to somebody else.
    expect(await signIn(subjectAt(acme, first))).toMatchObject(conflict('identity_not_linked'));
  });

  it('finds the account with the same address where both sides have confirmed it', async () => {
    const email = address();
    const person = await registered(email);
    await verify(person);
    const unconfirmed = subjectAt(other, email, { email_verified: false });
    expect(await signIn(unconfirmed, other)).toMatchObject(conflict('identity_without_email'));
    expect(await me((await signIn(subjectAt(acme, email))).body.accessToken)).toMatchObject({ id: person.id });
    expect(await noticesOf(person)).toEqual(['user.identity_linked']);
  });

  it('makes no account without a confirmed address, and puts no link into a name', async () => {
    const without = subjectAt(acme, address(), { email: undefined });
    expect(await signIn(without)).toMatchObject(conflict('identity_without_email'));
    const linked = await signIn(subjectAt(acme, address(), { name: 'see www.evil.example' }));
    expect(await me(linked.body.accessToken)).toMatchObject({ name: 'Customer' });
  });

  it('keeps a disabled account disabled', async () => {
    const subject = subjectAt(acme);
    const { id } = await me((await signIn(subject)).body.accessToken);
    await api.sql(`UPDATE users SET status = 'disabled' WHERE id = $1`, [decodeId('usr', id)]);
    expect(await signIn(subject)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  });

  it('never starts a session without the second factor of the account', async () => {
    const subject = subjectAt(acme);
    const { id } = await me((await signIn(subject)).body.accessToken);
    const factor = `INSERT INTO totp_factors (user_id, secret, confirmed_at, last_step) VALUES ($1, 'test:' || repeat('A', 40), now(), 1)`;
    await api.sql(factor, [decodeId('usr', id)]);
    const half = await signIn(subject);
    expect(half).toMatchObject({ status: 200, body: { mfaRequired: true } });
    expect(half.body.accessToken).toBeUndefined();
  });
});

describe('a sign-in at a provider is refused', () => {
  it('when its flow is used twice, unknown, old, or of another provider', async () => {
    const { authorizationUrl, flow } = await begin();
    const callback = await acme.signIn(authorizationUrl, subjectAt(acme));
    expect(await complete('other', { flow, callback })).toMatchObject(failed);
    expect(await complete('acme', { flow, callback })).toMatchObject(failed);
    expect(await complete('acme', { flow: 'A'.repeat(43), callback })).toMatchObject(failed);
    const late = await begin();
    const query = await acme.signIn(late.authorizationUrl, subjectAt(acme));
    await api.sql(`UPDATE identity_flows SET expires_at = now() - interval '1 second'`);
    expect(await complete('acme', { flow: late.flow, callback: query })).toMatchObject(failed);
  });

  it('when the browser came back from another sign-in, or without a code', async () => {
    const [one, two] = [await begin(), await begin()];
    const callback = await acme.signIn(one.authorizationUrl, subjectAt(acme));
    expect(await complete('acme', { flow: two.flow, callback })).toMatchObject(failed);
    const { flow, authorizationUrl } = await begin();
    const state = new URL(authorizationUrl).searchParams.get('state')!;
    expect(await complete('acme', { flow, callback: `state=${state}&error=access_denied` })).toMatchObject(failed);
  });

  it.each(['state', 'nonce', 'code_challenge'])('when somebody exchanged %s on the way', async (name) => {
    const { authorizationUrl, flow } = await begin();
    const url = new URL(authorizationUrl);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    url.searchParams.set(name, 'x'.repeat(43));
    expect(await complete('acme', { flow, callback: await acme.signIn(url.href, subjectAt(acme)) })).toMatchObject(
      failed,
    );
  });

  it('when the answer comes from another issuer', async () => {
    const { authorizationUrl, flow } = await begin();
    const callback = new URLSearchParams(await acme.signIn(authorizationUrl, subjectAt(acme)));
    callback.set('iss', other.issuer);
    expect(await complete('acme', { flow, callback: callback.toString() })).toMatchObject(failed);
  });

  it('for an unknown provider, a redirect URI that is not exactly a configured one, and a provider that is away', async () => {
    expect(await api.post('/v1/auth/providers/nobody/authorizations', { body: {} })).toMatchObject({ status: 404 });
    const near = { body: { redirectUri: `${REDIRECT_URI}/` } };
    const refused = await api.post('/v1/auth/providers/acme/authorizations', near);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/redirectUri' }] } });
    const away = await api.post('/v1/auth/providers/away/authorizations', { body: {} });
    expect(away).toMatchObject({ status: 503, body: { code: 'identity_provider_unavailable' } });
  });
});

describe('the identities of an account', () => {
  it('are linked by a person who is signed in, listed, used, and removed', async () => {
    const person = await registered(address());
    const subject = subjectAt(acme);
    const linked = await link(person, subject);
    expect(linked).toMatchObject({ status: 201, body: { issuer: acme.issuer } });
    expect((await link(person, subject)).body.id).toBe(linked.body.id);
    expect(await noticesOf(person)).toEqual(['user.identity_linked']);
    const listed = await api.get<{ data: object[] }>('/v1/auth/identities', person);
    expect(listed.body.data).toMatchObject([{ id: linked.body.id }]);
    expect(await me((await signIn(subject)).body.accessToken)).toMatchObject({ id: person.id });
    const stranger = await registered(address());
    const remove = ({ token }: Person) => api.request(`DELETE /v1/auth/identities/${linked.body.id}`, { token });
    expect((await remove(stranger)).status).toBe(404);
    expect((await remove(person)).status).toBe(204);
    expect(await noticesOf(person)).toEqual(['user.identity_linked', 'user.identity_unlinked']);
    expect(await me((await signIn(subject)).body.accessToken)).not.toMatchObject({ id: person.id });
  });

  it('belong to one account, and to whoever began to link them', async () => {
    const [person, stranger] = [await registered(address()), await registered(address())];
    const subject = subjectAt(acme);
    expect((await link(person, subject)).status).toBe(201);
    expect(await link(stranger, subject)).toMatchObject(conflict('identity_taken'));
    expect(await link(person, subjectAt(acme), stranger)).toMatchObject(failed);
    const begun = await api.post<Begun>('/v1/auth/identities/authorizations', {
      ...person,
      body: { provider: 'acme' },
    });
    const callback = await acme.signIn(begun.body.authorizationUrl, subjectAt(acme));
    expect(await complete('acme', { flow: begun.body.flow, callback })).toMatchObject(failed);
    const move = 'UPDATE identities SET user_id = $1 WHERE subject = $2';
    await expect(api.sql(move, [decodeId('usr', stranger.id), subject])).rejects.toThrow('append-only');
  });
});
