import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { counted } from '../platform/delivery/index.js';
import { reasonOf } from '../platform/logging/index.js';
import { HostResolver, TargetRefused } from './host-resolver.js';
import { webhookEndpointSettings } from './webhook-endpoints.settings.js';

/** The part of a response that is kept, in characters, and that is read, in bytes. */
const [KEPT, READ] = [1000, 16_384];

export interface Sent {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Of the response; absent if there was none. */
  readonly status?: number;
  readonly responseBody?: string;
  readonly retryAfter?: string;
  /** Why there was no response. */
  readonly error?: string;
}

class StaleConnection extends Error {}

/** Sends messages over HTTP. Follows no redirect, waits no longer than the time-out for all of it, and connects to no inside address. */
@Injectable()
export class HttpSender implements OnApplicationShutdown {
  private readonly timeoutMs: number;
  private readonly agents: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent };

  constructor(
    config: Config,
    private readonly hosts: HostResolver,
  ) {
    const { timeoutMs, concurrency } = config.of(webhookEndpointSettings);
    this.timeoutMs = timeoutMs;
    const options = { keepAlive: true, maxFreeSockets: concurrency, timeout: 10_000 };
    this.agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  }

  onApplicationShutdown(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  /** Returns the response or the error; never throws. */
  async post(address: string, body: string, headers: Readonly<Record<string, string>>): Promise<Sent> {
    const [startedAt, began] = [new Date(), performance.now()];
    const result = await counted('webhooks', () => this.exchange(new URL(address), body, headers)).catch(
      (error: unknown) => ({
        error: errorOf(error, this.timeoutMs).slice(0, 500),
      }),
    );
    return { startedAt, durationMs: Math.round(performance.now() - began), ...result };
  }

  private async exchange(url: URL, body: string, headers: Readonly<Record<string, string>>) {
    const signal = AbortSignal.timeout(this.timeoutMs);
    // An address in the URL is never looked up, so it is checked here; a name is checked where it is looked up, for each connection.
    if (isIP(url.hostname.replace(/^\[|\]$/g, ''))) await this.hosts.addressesOf(url);
    const response = await this.respond(url, body, headers, signal).catch((error: unknown) => {
      // The receiver closed a kept connection just now, so this says nothing of its health.
      if (error instanceof StaleConnection) return this.respond(url, body, headers, signal, false);
      throw error;
    });
    const responseBody = await beginningOf(response);
    const retryAfter = response.headers['retry-after'];
    return { status: response.statusCode!, responseBody, ...(retryAfter !== undefined && { retryAfter }) };
  }

  private respond(
    url: URL,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    mayReuse = true,
  ) {
    const protocol = url.protocol as keyof typeof this.agents;
    const options = {
      method: 'POST',
      agent: mayReuse && this.agents[protocol],
      lookup: this.lookupOf(url),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal,
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const send = protocol === 'https:' ? httpsRequest : httpRequest;
      const request: ClientRequest = send(url, options, resolve);
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(request.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error),
      );
      request.end(body);
    });
  }

  /** Node connects only to what this returns, so a name that changes its address between check and connection reaches nothing. */
  private lookupOf(url: URL): LookupFunction {
    return (_host, { all }, callback) => {
      this.hosts.addressesOf(url).then(
        (found) => {
          const addresses = found.map((address) => ({ address, family: isIP(address) }));
          if (all) callback(null, addresses);
          else callback(null, addresses[0]!.address, addresses[0]!.family);
        },
        (error: Error) => callback(error, []),
      );
    };
  }
}

/** The beginning of a response, as text without what a database can't hold. An endless or broken one is cut: its status was the answer. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= READ) break;
    }
  } catch {
    response.destroy();
  }
  const text = Buffer.concat(chunks).toString('utf8').replaceAll('\0', '');
  return [...text].slice(0, KEPT).join('').toWellFormed();
}

function errorOf(error: unknown, timeoutMs: number): string {
  if (error instanceof TargetRefused) return `The host ${error.message}.`;
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError' || name === 'AbortError') return `No answer within ${timeoutMs / 1000} s.`;
  return reasonOf(error);
}
