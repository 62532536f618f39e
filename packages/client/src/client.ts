import createClient, { type Client, type ClientOptions, type Middleware } from 'openapi-fetch';
import type { components, paths } from './generated/api.js';
import { takesKey } from './generated/keyed.js';
import { live, type LiveMessage, type LiveOptions } from './live.js';
import { askForPasskey, makePasskey } from './passkeys.js';
import { ok } from './problem.js';
import { retrying, type RetryOptions } from './retry.js';
import { type SecondFactor, type Session, SessionKeeper, type Tokens } from './session.js';

export interface TillOptions extends RetryOptions {
  /** Where Till is, such as `https://till.shop.example`. */
  readonly baseUrl: string;
  /** The key of a machine. Without it, requests are those of whoever signs in, or of a visitor. */
  readonly apiKey?: string;
  /** A session that was stored. */
  readonly session?: Session;
  /** Is told each new session, to store it, and `undefined` when it ends. */
  readonly onSession?: (session: Session | undefined) => void;
  /** Instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

type Credentials = components['schemas']['LoginDto'];

/** A client: `GET`, `POST`, `PATCH` and `DELETE` take the paths of Till's OpenAPI document. */
export interface Till extends Client<paths> {
  /** Signs in. Returns what a second factor needs where the account has one. @throws TillProblem */
  signIn(credentials: Credentials): Promise<SecondFactor | undefined>;
  /** Completes a sign-in with a code. @throws TillProblem */
  passSecondFactor(mfaToken: string, code: string): Promise<void>;
  /** Signs in with a passkey, which the browser asks for. @throws TillProblem, DOMException if the person gives up */
  signInWithPasskey(): Promise<void>;
  /** Adds a passkey, which the browser makes. Returns recovery codes if it is the account's first factor. @throws as above */
  addPasskey(name: string): Promise<readonly string[] | undefined>;
  signOut(): Promise<void>;
  /** Yields events as they come, and goes on after broken connections without missing one: `for await (const message of till.live())`. @throws TillProblem, UnexpectedResponse, UnreadableMessage */
  live(options?: LiveOptions): AsyncGenerator<LiveMessage, void, undefined>;
}

/** Makes a client. */
export function createTill({ baseUrl, apiKey, session, onSession, fetch: given, ...retry }: TillOptions): Till {
  const send = retrying(given ?? ((request) => fetch(request)), retry);
  const post = (path: string, body: object, key: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return send(new Request(new URL(path, baseUrl), { method: 'POST', headers, body: JSON.stringify(body) }));
  };
  const keeper = new SessionKeeper(session, post, onSession ?? (() => undefined));
  const authorized = apiKey === undefined ? withSession(send, keeper) : withToken(send, apiKey);
  const client = createClient<paths>({ baseUrl, fetch: authorized } as ClientOptions);
  client.use(keys);
  return Object.assign(client, signInsOf(client, keeper), {
    live: (options?: LiveOptions) => live(authorized, baseUrl, options),
  });
}

/** Gives each request that takes one a new `Idempotency-Key`; `fetch` sends it again with the same one. */
const keys: Middleware = {
  onRequest({ request, schemaPath }) {
    if (takesKey(`${request.method} ${schemaPath}`) && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID());
    return request;
  },
};

type Fetch = (request: Request) => Promise<Response>;

const withToken =
  (send: Fetch, token: string | undefined): Fetch =>
  (request) => {
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    return send(request);
  };

/** Sends the request with the session's token, and once more with a new one if Till does not take that. */
function withSession(send: Fetch, keeper: SessionKeeper): Fetch {
  return async (request) => {
    if (/\/v1\/auth\/(login|mfa\/challenge|passkeys\/(authentications|sign-ins))$/.test(request.url))
      return send(request);
    const token = await keeper.token();
    const again = request.clone();
    const response = await withToken(send, token)(request);
    if (response.status !== 401 || token === undefined) return response;
    const next = await keeper.tokenAfter(token);
    return next === undefined ? response : withToken(send, next)(again);
  };
}

function signInsOf(client: Client<paths>, keeper: SessionKeeper): Omit<Till, keyof Client<paths> | 'live'> {
  return {
    async signIn(body) {
      const granted = await ok(client.POST('/v1/auth/login', { body }));
      if ('mfaToken' in granted) return granted;
      keeper.keep(granted as Tokens);
      return undefined;
    },
    async passSecondFactor(mfaToken, code) {
      // A client that asks for no cookies gets tokens.
      keeper.keep((await ok(client.POST('/v1/auth/mfa/challenge', { body: { mfaToken, code } }))) as Tokens);
    },
    async signInWithPasskey() {
      const { publicKey } = await ok(client.POST('/v1/auth/passkeys/authentications'));
      const credential = await askForPasskey(publicKey);
      keeper.keep((await ok(client.POST('/v1/auth/passkeys/sign-ins', { body: { credential } }))) as Tokens);
    },
    async addPasskey(name) {
      const { publicKey } = await ok(client.POST('/v1/auth/passkeys/registrations'));
      const credential = await makePasskey(publicKey);
      const added = await ok(client.POST('/v1/auth/passkeys', { body: { name, credential } }));
      if (!added.firstFactor) return undefined;
      // A client that asks for no cookies gets tokens.
      keeper.keep(added as Tokens);
      return added.recoveryCodes;
    },
    signOut: () => keeper.end(),
  };
}
