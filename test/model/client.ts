import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './flow.js';
import type { Till } from './till.js';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: {
    readonly id?: string;
    readonly code?: string;
    readonly status?: string;
    readonly detail?: string;
    /** Of an order that was placed with one. */
    readonly payment?: { readonly id: string; readonly status: string };
  };
  readonly replayed: boolean;
}

/** A request under a key. */
export interface Call {
  readonly path: string;
  readonly token: string;
  readonly body: object;
  readonly key: string;
}

const PATIENCE = 60;

/**
 * Sends a request as a client with a key does, until it is answered: when the api dies, when it says 503, or that the first
 * one still runs, it is sent again, to the other instance. The fault meets the first try.
 */
export async function insist({ apis, note }: Till, call: Call, start: number, fault?: Fault): Promise<Answer> {
  for (let attempt = 0; attempt < PATIENCE; attempt++) {
    const api = apis[(start + attempt) % apis.length]!;
    const answer = await once(api, call, attempt === 0 ? fault : undefined);
    if (answer && !isUndecided(answer)) return answer;
    note('sent again');
    await delay(5);
  }
  throw new Error(`POST ${call.path} is never answered`);
}

/** Sends it once; undefined when the api died meanwhile. */
export async function once(
  { url, headers, faults }: Till['apis'][number],
  call: Call,
  fault?: Fault,
): Promise<Answer | undefined> {
  const requestId = randomUUID();
  const flow = faults.begin(requestId, fault);
  const gone = new AbortController();
  void flow.died.then(() => gone.abort());
  try {
    return await post(url, call, { ...headers, 'x-request-id': requestId }, gone.signal);
  } catch (error) {
    if (!flow.dead) throw error;
    await flow.over();
    return undefined;
  } finally {
    faults.end(requestId);
  }
}

export async function post(
  url: string,
  { path, token, body, key }: Call,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': key,
      ...headers,
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  const replayed = response.headers.get('idempotent-replayed') === 'true';
  return { status: response.status, text, body: JSON.parse(text) as Answer['body'], replayed };
}

/** Whether the client is to send it again. */
export function isUndecided({ status, body }: Answer): boolean {
  return status === 503 || body.code === 'idempotency_key_in_use';
}
