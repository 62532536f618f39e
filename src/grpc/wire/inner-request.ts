import type { Metadata } from '@grpc/grpc-js';
import type { InjectOptions } from 'fastify';
import type { InnerApi } from '../inner-api.js';
import type { Operation } from './operations.js';
import type { Members } from './schema.js';

/** Metadata that means the same as the header of its name. */
const PASSED = ['authorization', 'idempotency-key', 'x-request-id', 'traceparent', 'user-agent'];
/** Headers of responses that say something of the call. */
const RETURNED = ['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after', 'etag', 'idempotent-replayed'];

/** What sends the requests of calls. */
export type Requests = Pick<InnerApi, 'request'>;

/** Where a call comes from, and with what. */
export interface Calling {
  readonly metadata: Metadata;
  /** Address and port. */
  getPeer(): string;
}

/**
 * Returns the request of the API that a call is. It goes through the hooks, guards and pipes of every request, so permissions, rate limits
 * and idempotency are those of the API, and its line in the log too.
 */
export function requestOf({ method, path }: Operation, call: Calling, sent: Members): InjectOptions {
  const { idempotencyKey, ...members } = sent;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => idIn(members[name]));
  const rest = Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
  const request = { method, remoteAddress: addressOf(call), headers: headersOf(call.metadata, idempotencyKey) };
  return method === 'GET' ? { ...request, url: url + queryOf(rest) } : { ...request, url, payload: rest };
}

/** Returns the headers of a response that its client gets as metadata. */
export function returnedHeaders(headers: Readonly<Record<string, unknown>>): [string, string][] {
  return RETURNED.filter((name) => headers[name] !== undefined).map((name) => [name, String(headers[name])]);
}

/** An id without a text, or with more than ids have (`..`), would make another path of it; `-` is none. */
function idIn(value: unknown): string {
  const text = textOf(value);
  return /^\w+$/.test(text) ? text : '-';
}

function headersOf(metadata: Metadata, idempotencyKey: unknown): Record<string, string> {
  const headers = PASSED.flatMap((name) =>
    metadata
      .get(name)
      .slice(0, 1)
      .map((value) => [name, String(value)]),
  );
  const key = idempotencyKey === undefined ? [] : [['idempotency-key', textOf(idempotencyKey)]];
  return Object.fromEntries([...headers, ...key]) as Record<string, string>;
}

/** Returns the address of a peer such as `192.0.2.7:5000` or `::1:5000`. */
export function addressOf(call: Pick<Calling, 'getPeer'>): string {
  return call.getPeer().replace(/:\d+$/, '');
}

function queryOf(members: Members): string {
  const query = new URLSearchParams(
    Object.entries(members).map(([name, value]): [string, string] => [name, textOf(value)]),
  ).toString();
  return query && `?${query}`;
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String((value as string | number | undefined) ?? '');
}
