/** Requests to the api. The tokens are in cookies where Till has cookie sessions, and otherwise in the memory of this page alone. */

/** A refusal of the api (RFC 9457). */
export class Problem extends Error {
  /** @param {number} status @param {{ code?: string, detail?: string, errors?: { pointer: string, message: string }[] }} body */
  constructor(status, { code = '', detail = `The request failed with status ${status}.`, errors = [] }) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** Nobody is signed in here, or not any more. */
export class SignedOut extends Error {}

const setting = document.querySelector('meta[name=till-cookie-sessions]')?.getAttribute('content');
/** Browsers keep these cookies only where nobody on the way reads them. */
const usesCookies = setting === 'yes' && isSecureContext;
/** What a sign-in adds to its body, so that the tokens become cookies. */
const COOKIE = usesCookies ? { cookie: true } : {};

/** @type {{ accessToken: string, refreshToken: string } | undefined} */
let tokens;
/** @type {Promise<void> | undefined} */
let refreshing;

/** Whether somebody may be signed in: with cookies, only the api knows. */
export const mayBeSignedIn = () => usesCookies || tokens !== undefined;

/** Keeps the tokens of an answer, if it has some. @template T @param {T} answer @returns {T} */
function keep(answer) {
  const { accessToken, refreshToken } = /** @type {any} */ (answer ?? {});
  if (accessToken) tokens = { accessToken, refreshToken: refreshToken ?? tokens?.refreshToken };
  return answer;
}

/** A step of a sign-in. @param {string} path @param {object} body @returns {Promise<any>} */
export async function signIn(path, body) {
  return keep(await read(await send('POST', path, { ...body, ...COOKIE })));
}

/** A request that needs no sign-in. @param {string} path @returns {Promise<any>} */
export async function ask(path) {
  return read(await send('POST', path));
}

/**
 * A request of the person who is signed in. Answers with tokens replace those that are there.
 * @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>}
 * @throws Problem, SignedOut
 */
export async function call(method, path, body) {
  if (!mayBeSignedIn()) throw new SignedOut();
  const used = tokens;
  let response = await send(method, path, body, used?.accessToken);
  if (await isOutdated(response)) {
    if (tokens === used) await refresh();
    response = await send(method, path, body, tokens?.accessToken);
    if (await isOutdated(response)) throw forget();
  }
  return keep(await read(response));
}

/** All members of a list. @param {string} path @returns {Promise<any[]>} */
export async function all(path) {
  const found = [];
  let next = '';
  do {
    const { data, nextCursor } = await call('GET', `${path}?limit=100${next}`);
    found.push(...data);
    next = nextCursor ? `&cursor=${encodeURIComponent(nextCursor)}` : '';
  } while (next !== '');
  return found;
}

/** Ends the session, here in any case. */
export async function signOut() {
  const body = tokens ? { refreshToken: tokens.refreshToken } : {};
  tokens = undefined;
  const response = await send('POST', '/v1/auth/logout', body);
  // Without a token there was no session.
  if (response.status !== 400) await read(response);
}

function refresh() {
  refreshing ??= exchange().finally(() => (refreshing = undefined));
  return refreshing;
}

/** The key lets the api tell a repeat, after a lost answer, from a thief's use of the same token. */
async function exchange() {
  const key = crypto.randomUUID();
  const body = tokens ? { refreshToken: tokens.refreshToken } : {};
  const once = () => send('POST', '/v1/auth/refresh', body, undefined, { 'idempotency-key': key });
  const response = await once().catch(once);
  if (response.status === 400 || response.status === 401) throw forget();
  keep(await read(response));
}

function forget() {
  tokens = undefined;
  return new SignedOut();
}

/** @param {string} method @param {string} path @param {object} [body] @param {string} [token] @param {Record<string, string>} [more] */
function send(method, path, body, token, more = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: 'application/json', ...more };
  if (body) headers['content-type'] = 'application/json';
  if (token) headers['authorization'] = `Bearer ${token}`;
  const credentials = usesCookies ? 'same-origin' : 'omit';
  return fetch(path, { method, headers, credentials, cache: 'no-store', ...(body && { body: JSON.stringify(body) }) });
}

/** Whether the access token was refused; wrong passwords and codes have codes of their own. @param {Response} response */
async function isOutdated(response) {
  if (response.status !== 401) return false;
  const { code } = await response
    .clone()
    .json()
    .catch(() => ({}));
  return code === 'unauthenticated';
}

/** @param {Response} response */
async function read(response) {
  if (response.status === 204) return undefined;
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, body);
  return body;
}
