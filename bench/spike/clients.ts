import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from '../load/http-connection.js';

/** What came of requests of one kind. */
export class Results {
  served = 0;
  refused = 0;
  failed = 0;
  /** Milliseconds of those that were served. */
  readonly took: number[] = [];

  note(status: number, ms: number): void {
    if (status === 503) this.refused += 1;
    else if (status < 400) {
      this.served += 1;
      this.took.push(ms);
    } else this.failed += 1;
  }

  get refusedShare(): number {
    return this.refused / Math.max(1, this.served + this.refused + this.failed);
  }

  /** The time within which so many of 100 were served. */
  percentile(percent: number): number {
    const sorted = this.took.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
  }
}

export type Ask = (connection: HttpConnection) => Promise<{ readonly status: number }>;

/** Asks on one connection at this rate (requests a second), or as often as it is answered, until the signal. */
export async function keepAsking(
  url: string,
  ask: Ask,
  results: Results,
  rate: number,
  signal: AbortSignal,
): Promise<void> {
  const connection = await HttpConnection.open(url);
  for (let due = performance.now(); !signal.aborted; due += 1000 / rate) {
    const wait = due - performance.now();
    if (Number.isFinite(rate) && wait > 0) await sleep(wait);
    const began = performance.now();
    const { status } = await ask(connection);
    results.note(status, performance.now() - began);
  }
  connection.close();
}
