import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_SHOP } from '../config/index.js';
import { type Entrance, letContinue, problemBody, problemOf, type Route } from '../http/index.js';
import { addressedShop, type HostNames } from './addressed-shop.js';
import type { RunningShop, RunningShops } from './running-shops.js';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something. */
export function mayChange({ method }: IncomingMessage): boolean {
  return !SAFE.has(method);
}

/** The application of a shop that serves requests. */
export interface ServingShop extends RunningShop {
  readonly route: Route;
}

export interface EntranceParts {
  readonly running: RunningShops<ServingShop>;
  readonly hosts: HostNames;
  /** Resolves where a shop can be served. @throws DomainError where it can't */
  assertServed(slug: string): Promise<void>;
  /** Hears of each request that may change something in a shop. */
  changes(slug: string): void;
  /** Whether the process is about to end. */
  isEnding(): boolean;
  /** Where problems are explained. */
  readonly publicUrl: string;
}

/** Hands each request to the application of its shop. Those of the default shop go on as they came. */
export function shopEntrance(parts: EntranceParts): Entrance {
  return (request, response) => {
    try {
      const slug = addressedShop(request.headers, parts.hosts);
      if (slug === DEFAULT_SHOP) return false;
      const app = parts.running.find(slug);
      if (app) handOver(parts, slug, app, request, response);
      else void startFor(parts, slug, request, response);
    } catch (error) {
      refuse(parts, error, request, response);
    }
    return true;
  };
}

async function startFor(parts: EntranceParts, slug: string, request: IncomingMessage, response: ServerResponse) {
  try {
    await parts.assertServed(slug);
    let app = parts.running.find(slug);
    while (!app) {
      await parts.running.ready(slug);
      app = parts.running.find(slug);
    }
    handOver(parts, slug, app, request, response);
  } catch (error) {
    refuse(parts, error, request, response);
  }
}

function handOver(
  { running, changes, isEnding }: EntranceParts,
  slug: string,
  app: ServingShop,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // The client has left while the shop started: nothing would give its place back.
  if (response.closed || request.socket.destroyed) return;
  const release = running.use(slug, { cut: () => request.socket.destroy(), isUnfinished: () => !request.complete });
  // A WebSocket lasts as long as its connection.
  if (request.headers.upgrade === undefined) response.once('close', release);
  else request.socket.once('close', release);
  if (mayChange(request)) changes(slug);
  if (isEnding()) response.setHeader('Connection', 'close');
  letContinue(request, response);
  app.route(request, response);
}

function refuse(
  { publicUrl }: EntranceParts,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const id = randomUUID();
  const problem = problemOf(error);
  const body = JSON.stringify(problemBody(problem, publicUrl, { url: request.url ?? '', id }));
  response
    .writeHead(problem.status, {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Request-Id': id,
      // The body of the request stays unread.
      Connection: 'close',
      ...(problem.retryAfterSeconds && { 'Retry-After': String(problem.retryAfterSeconds) }),
    })
    .end(request.method === 'HEAD' ? undefined : body);
}
