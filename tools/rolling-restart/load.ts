import { Agent, request } from 'node:http';

/** A steady load of GET requests, every other one on a kept connection. */
export class Load {
  readonly failures: string[] = [];
  private sent = 0;
  private answered = 0;
  private slowestMs = 0;
  private readonly kept = new Agent({ keepAlive: true, maxSockets: 20 });
  private readonly pending = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly perSecond: number,
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
    return `${this.sent} requests, ${this.answered} answered with 200, ${this.failures.length} failed, the slowest took ${Math.round(this.slowestMs)} ms`;
  }

  private send(): void {
    const agent = this.sent++ % 2 === 0 ? this.kept : new Agent();
    const began = performance.now();
    const one = this.ask(agent).then(
      ({ status, body }) => {
        this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
        if (status === 200) this.answered++;
        else this.failures.push(`answered ${status}: ${body.slice(0, 300)}`);
      },
      (error: Error) => void this.failures.push(error.message),
    );
    this.pending.add(one);
    void one.finally(() => this.pending.delete(one));
  }

  private ask(agent: Agent): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      request(`${this.url}/v1/products?limit=1`, { agent }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.once('end', () => resolve({ status: answer.statusCode, body }));
        answer.once('error', reject);
      })
        .once('error', reject)
        .end();
    });
  }
}
