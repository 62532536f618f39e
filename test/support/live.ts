import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { Person, Shop } from './shop.js';

/** A message of a WebSocket, or an event of an event stream in the same form. */
export interface LiveMessage {
  readonly type: string;
  readonly after?: number;
  readonly reason?: string;
  readonly event?: LiveEventBody;
}

export interface LiveEventBody {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly actorId: string | null;
  readonly aggregate: { readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a client of live events got so far. */
export interface LiveClient {
  readonly messages: readonly LiveMessage[];
  /** Once it is ready. */
  readonly ready: Promise<void>;
  /** The code and reason of the end; of an event stream the code is 0. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Returns the first events of these types, once they are there. */
  events(...types: string[]): Promise<LiveEventBody[]>;
  close(): void;
}

const WAIT_MS = 20_000;

/** Waits until all that has happened is in the log, so that who connects after it hears nothing of before. */
export const allLogged = ({ sql }: Pick<Shop, 'sql'>): Promise<void> =>
  expect.poll(() => sql('SELECT FROM outbox')).toEqual([]);

interface WebSocketOptions {
  readonly query?: string;
  /** Says who it is by a header, if absent; `message`: by the first message, `none`: not at all. */
  readonly signsIn?: 'message' | 'none';
  readonly headers?: Readonly<Record<string, string>>;
}

export type TestSocket = LiveClient & { readonly socket: WebSocket };

/** Connects by WebSocket. Rejects with the status of an answer that is no WebSocket. */
export function connectSocket(
  url: string,
  { token }: Pick<Person, 'token'>,
  options: WebSocketOptions = {},
): TestSocket {
  const { query = '', signsIn, headers } = options;
  const authorization: Record<string, string> = signsIn === undefined ? { authorization: `Bearer ${token}` } : {};
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live${query}`, {
    headers: { ...authorization, ...headers },
  });
  const { client, take, end } = collector(() => socket.terminate());
  socket.on('open', () => signsIn === 'message' && socket.send(JSON.stringify({ type: 'sign_in', token })));
  socket.on('message', (data) => take(JSON.parse(data.toString()) as LiveMessage));
  socket.on('unexpected-response', (_, response) => {
    end({ code: response.statusCode!, reason: 'refused' });
    socket.terminate();
  });
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => end({ code, reason: reason.toString() }));
  return { ...client, socket };
}

/** Reads an event stream. Rejects with the status of an answer that is none. */
export function readStream(
  url: string,
  { token }: Pick<Person, 'token'>,
  { query = '', lastEventId }: { query?: string; lastEventId?: number } = {},
): LiveClient {
  const stop = new AbortController();
  const { client, take, end } = collector(() => stop.abort());
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'text/event-stream',
    ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
  };
  const run = async () => {
    const response = await fetch(`${url}/v1/live/events${query}`, { headers, signal: stop.signal });
    if (!response.ok) return end({ code: response.status, reason: 'refused' });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) take(messageIn(block));
    }
    end({ code: 0, reason: 'ended' });
  };
  run().catch(() => end({ code: 0, reason: 'broken' }));
  return client;
}

function messageIn(block: string): LiveMessage {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  const data = fields.has('data') ? (JSON.parse(fields.get('data')!) as object) : { after: Number(fields.get('id')) };
  const type = fields.get('event') ?? (fields.has('data') ? 'event' : 'heartbeat');
  return type === 'event' ? { type, event: data as LiveEventBody } : { type, ...data };
}

function collector(close: () => void) {
  const messages: LiveMessage[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  const take = (message: LiveMessage): void => {
    messages.push(message);
    if (message.type === 'ready') ready.resolve();
  };
  const end = (how: { code: number; reason: string }): void => {
    closed.resolve(how);
    ready.reject(new Error(`The connection ended: ${how.code} ${how.reason}`));
  };
  const events = async (...types: string[]): Promise<LiveEventBody[]> => {
    const found = () => messages.flatMap(({ event }) => (event && types.includes(event.type) ? event : []));
    for (const deadline = Date.now() + WAIT_MS; found().length < types.length; await delay(5)) {
      if (Date.now() > deadline) throw new Error(`Only ${JSON.stringify(messages)} came.`);
    }
    return found();
  };
  const client: LiveClient = { messages, ready: ready.promise, closed: closed.promise, events, close };
  return { client, take, end };
}
