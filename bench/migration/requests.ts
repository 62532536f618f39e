import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { twoLines } from '../load/scenarios.js';
import type { Shop } from '../till/shop.js';

/** One request that was answered, or not. */
export interface Sample {
  /** Milliseconds from the moment at which it was due, so that a server that stands still is not spared. */
  readonly ms: number;
  /** On the clock of `performance.now()`. */
  readonly at: number;
  /** What was wrong, if it was. */
  readonly error?: string;
}

const CONNECTIONS = 64;

/** Sends requests at a steady rate, whether or not the earlier ones are answered: placing and paying in turns, lists, product pages. */
export class SteadyRequests {
  readonly samples: Sample[] = [];
  private readonly pool: Pool;
  private readonly unpaid: string[] = [];
  private readonly stopping = new AbortController();
  private readonly open = new Set<Promise<void>>();
  private sent = 0;

  constructor(
    url: string,
    private readonly shop: Shop,
  ) {
    this.pool = new Pool(url, { connections: CONNECTIONS });
  }

  /** @param rate requests a second */
  async run(rate: number): Promise<void> {
    for (let due = performance.now(); !this.stopping.signal.aborted; due += 1000 / rate) {
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      const one = this.ask(due).finally(() => this.open.delete(one));
      this.open.add(one);
    }
    await Promise.all(this.open);
    await this.pool.close();
  }

  stop(): void {
    this.stopping.abort();
  }

  private async ask(due: number): Promise<void> {
    const error = await this.one().catch((failure: unknown) => String(failure));
    this.samples.push({ ms: performance.now() - due, at: due, ...(error !== undefined && { error }) });
  }

  private one(): Promise<string | undefined> {
    const { productIds, customers, admin } = this.shop;
    const { token } = customers[0]!;
    const turn = (this.sent += 1) % 5;
    if (turn === 0) return this.get('/v1/orders?limit=20', admin.token);
    if (turn === 1) return this.get(`/v1/products/${productIds[randomInt(productIds.length)]}`, token);
    if (turn === 2) return this.get('/v1/orders?limit=20', token);
    const order = turn === 4 ? this.unpaid.pop() : undefined;
    if (order !== undefined) return this.post(`/v1/orders/${order}/payments`, { paymentMethod: 'pm_ok' }, token);
    return this.post('/v1/orders', { lines: twoLines(productIds) }, token, ({ id }) => this.unpaid.push(id));
  }

  private async get(path: string, token: string): Promise<string | undefined> {
    const answer = await this.pool.request({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } });
    const text = await answer.body.text();
    return answer.statusCode === 200
      ? undefined
      : `GET ${path.split('?')[0]}: ${answer.statusCode} ${text.slice(0, 200)}`;
  }

  private async post(
    path: string,
    body: object,
    token: string,
    onMade?: (made: { readonly id: string }) => void,
  ): Promise<string | undefined> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const answer = await this.pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode !== 201)
      return `POST ${path.replace(/ord_\w+/, ':id')}: ${answer.statusCode} ${text.slice(0, 200)}`;
    onMade?.(JSON.parse(text) as { readonly id: string });
    return undefined;
  }
}
