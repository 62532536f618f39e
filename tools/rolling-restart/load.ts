import { randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, request } from 'node:http';
import type { Shop } from './shop.js';

/** Of so many requests, one is an order; odd, so that orders are on both kinds of connections. */
const ORDER_EVERY = 9;

interface Asked {
  readonly status: number | undefined;
  readonly body: string;
}

/** A steady load, every other request on a kept connection, and every ninth an order under a key of its own. */
export class Load {
  readonly failures: string[] = [];
  /** Orders that were answered with 201. */
  placed = 0;
  private sent = 0;
  private answered = 0;
  private repeated = 0;
  private slowestMs = 0;
  private readonly kept = new Agent({ keepAlive: true, maxSockets: 20 });
  private readonly pending = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly perSecond: number,
    private readonly shop: Shop,
  ) {}

  start(): void {
    const began = performance.now();
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * this.perSecond);
      while (this.sent < due) this.send();
    }, 5);
  }

  /** Sends no more, and waits for the answers. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    this.kept.destroy();
  }

  summary(): string {
    return (
      `${this.sent} requests (${this.placed} orders), ${this.answered} answered, ${this.failures.length} failed, ` +
      `${this.repeated} sent again since the proxy had closed their kept connection, the slowest took ${Math.round(this.slowestMs)} ms`
    );
  }

  private send(): void {
    const number = this.sent++;
    const agent = number % 2 === 0 ? this.kept : new Agent();
    const began = performance.now();
    const isOrder = number % ORDER_EVERY === 0;
    const one = this.ask(agent, isOrder ? randomUUID() : undefined).then(
      ({ status, body }) => {
        this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
        if (status === (isOrder ? 201 : 200)) this.answered++;
        else this.failures.push(`answered ${status}: ${body.slice(0, 300)}`);
        if (isOrder && status === 201) this.placed++;
      },
      (error: Error) => void this.failures.push(error.message),
    );
    this.pending.add(one);
    void one.finally(() => this.pending.delete(one));
  }

  /** Sends it again where the connection had been closed before it was sent, as RFC 9112 (section 9.3.1) has clients do it. */
  private async ask(agent: Agent, key: string | undefined): Promise<Asked> {
    for (;;) {
      const { asked, sent } = this.once(agent, key);
      try {
        return await asked;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (!sent.reusedSocket || code !== 'ECONNRESET') throw error;
        this.repeated++;
      }
    }
  }

  private once(
    agent: Agent,
    key: string | undefined,
  ): { readonly asked: Promise<Asked>; readonly sent: ClientRequest } {
    const body = JSON.stringify({ lines: [{ productId: this.shop.productId, quantity: 1 }] });
    const headers = {
      authorization: `Bearer ${this.shop.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': key,
    };
    const sent =
      key === undefined
        ? request(`${this.url}/v1/products?limit=1`, { agent })
        : request(`${this.url}/v1/orders`, { agent, method: 'POST', headers });
    const asked = new Promise<Asked>((resolve, reject) => {
      sent.once('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('end', () => resolve({ status: answer.statusCode, body: text }));
        answer.once('error', reject);
      });
      sent.once('error', reject);
    });
    sent.end(key === undefined ? undefined : body);
    return { asked, sent };
  }
}
