import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac, hash, hkdfSync } from 'node:crypto';
import { DomainError } from '../../shared/errors.js';
import { isSecretMember } from './secret-member.js';

/** The identity of a request (caller, route and key), and a fingerprint of its content. */
export interface IdempotentRequest {
  readonly callerId: string;
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the path and the body in canonical JSON. */
  readonly fingerprint: Buffer;
  /** SHA-256 of caller, route and key. Resources store it to find the request that made them. */
  readonly requestKey: Buffer;
}

export class IdempotencyKeyMissing extends DomainError {
  readonly code = 'idempotency_key_missing';
  readonly kind = 'invalid';
  constructor() {
    super('This request must have its effect once: send an Idempotency-Key header, the same one on each retry.');
  }
}

export class IdempotencyKeyInvalid extends DomainError {
  readonly code = 'idempotency_key_invalid';
  readonly kind = 'invalid';
  constructor(message = 'Idempotency-Key takes 1 to 255 printable ASCII characters, bare or as a quoted string.') {
    super(message);
  }
}

export class IdempotencyKeyReused extends DomainError {
  readonly code = 'idempotency_key_reused';
  readonly kind = 'unprocessable';
  constructor(key: string) {
    super(`The Idempotency-Key ${key} was sent before with another request. Use a new key for a new intent.`);
  }
}

export class IdempotencyKeyInUse extends DomainError {
  readonly code = 'idempotency_key_in_use';
  readonly kind = 'conflict';
  constructor() {
    super('The first request with this Idempotency-Key still runs. Send the same request again in a moment.', {
      retryAfterSeconds: 1,
    });
  }
}

/** The request has a response, which is sent instead of this error. It must have no further effect. */
export class AnsweredBefore extends DomainError {
  readonly code = 'idempotency_key_in_use';
  readonly kind = 'conflict';
  constructor() {
    super('The request was answered before.', { retryAfterSeconds: 1 });
  }
}

interface Serving {
  readonly request: IdempotentRequest;
  readonly keep: (result: unknown, isProvisional?: boolean) => void;
  readonly keepSole: (result: unknown) => void;
  readonly isAnswered: () => Promise<boolean>;
}

const storage = new AsyncLocalStorage<Serving>();

/**
 * Runs `work` for an idempotent request; `keep` and `keepSole` write the answer that a result comes to, and `isAnswered` looks for
 * one, all in the running transaction.
 */
export function serving<T>(serves: Serving, work: () => T): T {
  return storage.run(serves, work);
}

/** Returns the current idempotent request; `undefined` for work without one. */
export function currentIdempotentRequest(): IdempotentRequest | undefined {
  return storage.getStore()?.request;
}

/**
 * Keeps the answer to the request being served with the running transaction, the last of a resumable handler's; does
 * nothing for work that no request asked for. The handler must return the same `result`. `isProvisional` says whether a repeat
 * gets the present state; without it the option of that name decides.
 */
export function keepAnswer(result: unknown, isProvisional?: boolean): void {
  storage.getStore()?.keep(result, isProvisional);
}

/**
 * Like `keepAnswer`, with the transaction that alone has the effect of the request: it fails if the request was answered
 * before, so that two runs at once have one effect.
 */
export function keepSoleAnswer(result: unknown): void {
  storage.getStore()?.keepSole(result);
}

/** Call it in the first transaction of a resumable handler. @throws AnsweredBefore if the current request has a response */
export async function assertUnanswered(): Promise<void> {
  if (await storage.getStore()?.isAnswered()) throw new AnsweredBefore();
}

/** @throws IdempotencyKeyReused if the work under the key belongs to another request */
export function assertSameRequest(request: IdempotentRequest, fingerprint: Buffer): void {
  if (!request.fingerprint.equals(fingerprint)) throw new IdempotencyKeyReused(request.key);
}

/** Returns the key of a request, if it has one. @throws IdempotencyKeyInvalid */
export function keyIn(headers: readonly string[] | undefined): string | undefined {
  if (headers === undefined || headers.length === 0) return undefined;
  if (headers.length > 1) throw new IdempotencyKeyInvalid('Idempotency-Key was sent twice; one request has one key.');
  return parseKey(headers[0]!);
}

/**
 * The key in the header: 1 to 255 printable ASCII characters, bare or as an RFC 8941 string (section 3.3.3), the form
 * of draft-ietf-httpapi-idempotency-key-header. @throws IdempotencyKeyInvalid
 */
export function parseKey(header: string): string {
  const text = header.trim();
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text);
  const key = quoted?.[1] === undefined ? text : quoted[1].replaceAll(/\\(["\\])/g, '$1');
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new IdempotencyKeyInvalid();
  return key;
}

/** A request with a key. */
export interface KeyedRequest {
  /** The id of the caller, a person or an API key; `undefined` if the caller is not signed in. */
  readonly callerId: string | undefined;
  /** Method and pattern of the route, such as `POST /v1/users`. */
  readonly route: string;
  readonly url: string;
  readonly key: string;
  readonly body: unknown;
  /** The scope of a request without a caller. Requests of different scopes may use the same key. */
  readonly anonymousScope?: string | undefined;
}

/**
 * The parts of an idempotent request. Callers who are not signed in share no scope: theirs is what `anonymousScope` says or, where
 * that says nothing, the request itself. `secretsKey` is `secretsKeyOf` a secret of the configuration.
 */
export function idempotentRequest(came: KeyedRequest, secretsKey: Buffer): IdempotentRequest {
  const { route, key, body, anonymousScope } = came;
  const url = came.url.replace(/\/(?=\?|$)/, '');
  const fingerprint = hash('sha256', `${url}\0${canonical(body, secretsKey)}`, 'buffer');
  const callerId = came.callerId ?? nobody(anonymousScope ?? fingerprint.toString('hex'));
  return { callerId, route, key, fingerprint, requestKey: hash('sha256', `${callerId}\0${route}\0${key}`, 'buffer') };
}

/** Derives the key for secrets in fingerprints (RFC 5869), so that it is useless for anything else. */
export function secretsKeyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'till idempotency fingerprints', 32));
}

/** A UUID (version 8, RFC 9562 section 5.8) that stands for nobody but this scope; no user has such an id. */
function nobody(scope: string): string {
  const hex = hash('sha256', `nobody\0${scope}`, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * JSON with the members of each object sorted by name, so that their sequence on the wire does not matter, and with a keyed hash
 * (HMAC, RFC 2104) in place of secrets: another password is another request, and the table alone tells nothing of it.
 */
function canonical(value: unknown, secretsKey: Buffer): string {
  return (
    JSON.stringify(value, (name, member: unknown) => {
      if (isSecretMember(name)) return createHmac('sha256', secretsKey).update(JSON.stringify(member)).digest('hex');
      if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
      return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? ''
  );
}
