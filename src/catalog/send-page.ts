import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../platform/access/index.js';
import { isKnown } from '../platform/http/index.js';
import type { Page } from './kept-pages.js';

/** How a request wants its page. */
export interface Wanted {
  readonly caller: Caller | undefined;
  /** Whether the client asked for what the database has (`Cache-Control: no-cache`). */
  readonly fresh: boolean;
  /** A version that the client has seen: nothing older is sent. */
  readonly atLeast?: number | undefined;
}

/**
 * Returns how a request wants its page (RFC 9111, section 5.2.1). A tag that it sends shows a version that it has seen; beside a tag,
 * `no-cache` says nothing, because `fetch` adds it to each request with one (Fetch standard, HTTP-network-or-cache fetch).
 */
export function wantedBy({ headers }: FastifyRequest, caller: Caller | undefined): Wanted {
  const control = headers['cache-control'];
  const seen = headers['if-none-match'];
  return {
    caller,
    fresh: control !== undefined && seen === undefined && /\bno-(?:cache|store)\b|\bmax-age=0\b/i.test(control),
    atLeast: seen === undefined ? undefined : Number(/"(\d+)-/.exec(seen)?.[1] ?? 0),
  };
}

/** Returns the body of a page as it is, or nothing with 304 if the client has it. */
export function sendPage(
  { body, tag, link }: Page,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): string | undefined {
  void reply.header('ETag', tag);
  if (link !== undefined) void reply.header('Link', link);
  if (isKnown(headers['if-none-match'], tag)) {
    void reply.status(304);
    return undefined;
  }
  void reply.header('Content-Type', 'application/json; charset=utf-8');
  return body;
}
