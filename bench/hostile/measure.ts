import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from './rows.js';
import type { Target } from './sockets.js';

/** A single request may keep the event loop this long, in milliseconds. */
export const MAX_STALL_MS = 50;
/** The resolution of the monitor behind the gauge, which counts as a delay. */
const RESOLUTION_MS = 10;
const HONEST_EVERY_MS = 250;
const HONEST_TIMEOUT_MS = 3000;

/** What an attack did. */
export interface Outcome {
  readonly row: Row;
  /** The longest stall of the api's event loop, in milliseconds. */
  readonly stallMs: number;
  /** What the api holds more than before while the attack goes on, at most, in MiB. */
  readonly heldMiB: number;
  /** How many answers came with each status; empty where none is read. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly honest: { readonly served: number; readonly failures: readonly string[]; readonly slowestMs: number };
}

export interface Honest {
  readonly url: string;
  readonly token: string;
}

/** Whether the row shows what it must. */
export function passes({ row, stallMs, statuses, honest }: Outcome): boolean {
  const isServed = honest.failures.length === 0 && honest.served > 0;
  const isReached = row.reaches === undefined || statuses.has(row.reaches);
  return isServed && isReached && (!row.single || stallMs <= MAX_STALL_MS);
}

function statusesOf(answers: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const answer of answers) {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

/** Attacks the api while an honest client uses it, and reads what the api says of itself in `/metrics`. */
export async function measure(row: Row, target: Target, honest: Honest): Promise<Outcome> {
  const before = await gauges(target);
  const stop = new AbortController();
  const client = beHonest(honest, stop.signal);
  const watch = watchApi(target, stop.signal);
  await delay(300);
  const answers = await row.attack(target);
  await delay(300);
  stop.abort();
  const [served, watched] = [await client, await watch];
  const last = await gauges(target);
  return {
    row,
    stallMs: Math.max(0, Math.round(Math.max(watched.lagMs, last.lagMs) - RESOLUTION_MS)),
    heldMiB: Math.max(0, Math.round((Math.max(watched.bytes, last.bytes) - before.bytes) / 2 ** 20)),
    statuses: statusesOf(answers),
    honest: served,
  };
}

/** `prom-client` forgets the longest lag when it is read, so each reading is of the time since the one before. */
async function gauges({ url }: Target): Promise<{ lagMs: number; bytes: number }> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0);
  return { lagMs: value('nodejs_eventloop_lag_max_seconds') * 1000, bytes: value('process_resident_memory_bytes') };
}

async function watchApi(target: Target, signal: AbortSignal): Promise<{ lagMs: number; bytes: number }> {
  const most = { lagMs: 0, bytes: 0 };
  while (!signal.aborted) {
    const now = await gauges(target);
    most.lagMs = Math.max(most.lagMs, now.lagMs);
    most.bytes = Math.max(most.bytes, now.bytes);
    await delay(500);
  }
  return most;
}

/** Signs nobody in: it reads the catalogue and its own orders from an address of its own, at a person's pace. */
async function beHonest({ url, token }: Honest, signal: AbortSignal): Promise<Outcome['honest']> {
  const failures: string[] = [];
  let [served, slowestMs] = [0, 0];
  for (let n = 0; !signal.aborted; n++) {
    const path = n % 2 ? '/v1/products?limit=5' : '/v1/orders?limit=5';
    const began = performance.now();
    const failure = await fetch(url + path, {
      headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.10' },
      signal: AbortSignal.timeout(HONEST_TIMEOUT_MS),
    }).then(
      async (answer) => (await answer.text(), answer.ok ? undefined : `${path}: ${answer.status}`),
      (error: unknown) => `${path}: ${error instanceof Error ? error.name : String(error)}`,
    );
    if (failure) failures.push(failure);
    else served++;
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - began));
    await delay(HONEST_EVERY_MS);
  }
  return { served, failures, slowestMs };
}
