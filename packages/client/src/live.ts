import type { components } from './generated/api.js';
import { ok, type TillProblem } from './problem.js';
import { pause } from './retry.js';

/** An event as it comes, or word that some are gone, so that what was read before must be read anew. */
export type LiveMessage =
  | { readonly type: 'event'; readonly event: components['schemas']['LoggedEventView'] }
  | { readonly type: 'reset'; readonly after: number; readonly reason: 'expired' | 'unknown' };

export interface LiveOptions {
  /** Types of events, such as `order.placed` or `order.*`; all that the caller may see by default. */
  readonly types?: readonly string[];
  readonly orderId?: string;
  /** The `sequence` of the last event that was seen; without it, what happens from now on. */
  readonly after?: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** A live message is not JSON, by a defect of the server or of something between: another connection would bring it again. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

type Fetch = (request: Request) => Promise<Response>;

/** Longer than two heartbeats (25 s each): the connection is dead. In milliseconds. */
const SILENCE_MS = 60_000;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/** Yields live events, and connects again after each end from the last one that its reader has dealt with. @throws TillProblem or UnexpectedResponse if it is refused, UnreadableMessage */
export async function* live(
  fetch: Fetch,
  baseUrl: string,
  { after, signal, types, orderId }: LiveOptions = {},
): AsyncGenerator<LiveMessage, void, undefined> {
  const url = new URL('/v1/live/events', baseUrl);
  const { searchParams } = url;
  if (types) searchParams.set('types', types.join());
  if (orderId) searchParams.set('orderId', orderId);
  for (let failures = 0; ; failures += 1) {
    if (signal?.aborted) return;
    if (after !== undefined) searchParams.set('after', `${after}`);
    try {
      for await (const [id, event, data] of connection(fetch, url, signal)) {
        failures = 0;
        if (event === 'reset') yield { type: event, ...JSON.parse(data!) };
        else if (!event && data) yield { type: 'event', event: JSON.parse(data) };
        // Now and not before: an event whose reader failed comes again.
        if (id) after = Number(id);
      }
    } catch (error) {
      // Of JSON.parse: what breaks a connection is no SyntaxError.
      if (error instanceof SyntaxError) throw new UnreadableMessage(error.message);
      // What `ok` throws has a response. 408 and 429 pass: a request that took too long to arrive, and one too many.
      if (/^4(?!08|29)/.test(`${(error as Partial<TillProblem>).response?.status}`)) throw error;
    }
    const wait = Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    await pause(wait, signal).catch(() => undefined);
  }
}

/** Yields id, event and data of each block of one connection (HTML Standard, section 9.2.6), until it ends or is silent. */
async function* connection(fetch: Fetch, url: URL, signal?: AbortSignal) {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), SILENCE_MS);
  };
  listen();
  try {
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const response = await fetch(new Request(url, { headers: { accept: 'text/event-stream' }, signal: either }));
    if (!response.ok) await ok({ response, error: await response.json().catch(() => undefined) });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      listen();
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        yield ['id', 'event', 'data'].map((name) => new RegExp(`^${name}: (.*)`, 'm').exec(block)?.[1]);
      }
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
