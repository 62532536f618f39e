import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import { DomainError } from '../../shared/errors.js';

/** What makes two requests the same one: caller, route and key; and what tells whether they say the same. */
export interface IdempotentRequest {
  readonly callerId: string;
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the path and the body in canonical JSON. */
  readonly fingerprint: Buffer;
  /** SHA-256 of caller, route and key: what a resource remembers of the request that made it. */
  readonly requestKey: Buffer;
}

export class IdempotencyKeyMissing extends DomainError {
  readonly code = 'idempotency_key_missing';
  readonly kind = 'invalid';
  constructor() {
    super('This request moves money or stock: send an Idempotency-Key header, the same one on each retry.');
  }
}

export class IdempotencyKeyInvalid extends DomainError {
  readonly code = 'idempotency_key_invalid';
  readonly kind = 'invalid';
  constructor() {
    super('Idempotency-Key takes 1 to 255 printable ASCII characters, bare or as a quoted string.');
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

/** The request has its answer, which is sent again instead of this: nothing more may come of it. */
export class AnsweredBefore extends DomainError {
  readonly code = 'idempotency_key_in_use';
  readonly kind = 'conflict';
  constructor() {
    super('The request was answered before.', { retryAfterSeconds: 1 });
  }
}

interface Serving {
  readonly request: IdempotentRequest;
  readonly keep: (result: unknown) => void;
  readonly isAnswered: () => Promise<boolean>;
  readonly validateUnanswered: () => void;
}

const storage = new AsyncLocalStorage<Serving>();

/**
 * Runs `work` for an idempotent request; `keep` writes the answer that a result comes to, `isAnswered` looks for one, and
 * `validateUnanswered` has the database see that there is none, all in the running transaction.
 */
export function serving<T>(serves: Serving, work: () => T): T {
  return storage.run(serves, work);
}

/** The idempotent request being served; `undefined` for work that no request asked for. */
export function currentIdempotentRequest(): IdempotentRequest | undefined {
  return storage.getStore()?.request;
}

/**
 * Keeps the answer to the request being served with the running transaction, the last of a resumable handler's; does
 * nothing for work that no request asked for. The handler must return the same `result`.
 */
export function keepAnswer(result: unknown): void {
  storage.getStore()?.keep(result);
}

/** For the first transaction of a resumable handler. @throws AnsweredBefore when the request being served has its answer */
export async function assertUnanswered(): Promise<void> {
  if (await storage.getStore()?.isAnswered()) throw new AnsweredBefore();
}

/** Like `assertUnanswered`, for a transaction that is optimistic (`Transaction.validate`). */
export function validateUnanswered(): void {
  storage.getStore()?.validateUnanswered();
}

/** @throws IdempotencyKeyReused when the work found under the key was asked for by another request */
export function assertSameRequest(request: IdempotentRequest, fingerprint: Buffer): void {
  if (!request.fingerprint.equals(fingerprint)) throw new IdempotencyKeyReused(request.key);
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

/** The parts of an idempotent request from what came in. */
export function idempotentRequest(
  callerId: string,
  route: string,
  url: string,
  key: string,
  body: unknown,
): IdempotentRequest {
  return {
    callerId,
    route,
    key,
    fingerprint: hash('sha256', `${url}\0${canonical(body)}`, 'buffer'),
    requestKey: hash('sha256', `${callerId}\0${route}\0${key}`, 'buffer'),
  };
}

/** Members that a fast hash must not be taken of: a leaked table of fingerprints would be guessed offline. */
const unhashed = new Set(['password', 'newPassword', 'currentPassword']);

/** JSON with the members of each object sorted by name, so that their order on the wire does not matter. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (name, member: unknown) => {
      if (unhashed.has(name)) return undefined;
      if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
      return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? ''
  );
}
