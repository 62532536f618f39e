import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Postponed } from '../../../src/platform/delivery/index.js';
import type { RecordedEvent } from '../../../src/platform/outbox/index.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { startWorker, type Worker } from '../../support/delivery.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

const soon = { timeout: 40_000, interval: 50 };
const THINGS = 5;
/** Of a worker's delivery: several of them look for what is due. */
const ROUNDS = 10;

let database: TestDatabase;
let redis: OwnServer;
let workers: [Worker, Worker];
/** What was begun and what has ended, in this order. */
let begun: RecordedEvent[];
let ended: RecordedEvent[];
beforeEach(async () => {
  [database, redis, begun, ended] = [await createDatabase(), await ownRedis(), [], []];
  workers = [await startWorker(database.url, redis.url), await startWorker(database.url, redis.url)];
  for (const { listener } of workers) {
    listener.inOrder = true;
    listener.effect = effect;
  }
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await Promise.all([database.drop(), redis.remove()]);
});

/** Takes a while, another one each time; nothing about the same thing may run meanwhile. */
async function effect(event: RecordedEvent): Promise<void> {
  const running = begun.filter(({ aggregate, id }) => aggregate.id === event.aggregate.id && !hasEnded(id));
  expect(running).toEqual([]);
  begun.push(event);
  await delay(Math.random() * 20);
  ended.push(event);
}

const hasEnded = (id: string) => ended.some((other) => other.id === id);
const idsByThing = (events: readonly RecordedEvent[]) =>
  [...Map.groupBy(events, ({ aggregate }) => aggregate.id)].map(([thing, own]) => ({
    thing,
    ids: own.map(({ id }) => id),
  }));

async function allDone(count: number): Promise<void> {
  const [{ tx }] = workers;
  const done = `SELECT count(*)::int AS n FROM event_deliveries WHERE status = 'done'`;
  await vi.waitFor(async () => expect(await tx.query(done)).toEqual([{ n: count }]), soon);
}

/** Waits until each worker has begun so many rounds, and ended what it did before. */
async function rounds(count: number): Promise<void> {
  const before = workers.map(({ listener }) => listener.asked);
  const since = () => workers.map(({ listener }, index) => listener.asked - before[index]!);
  await expect.poll(() => Math.min(...since()), soon).toBeGreaterThanOrEqual(count);
}

/** Events of some things in turn, from both workers. */
async function happen(count: number): Promise<void> {
  const names = Array.from({ length: count / 2 }, (_, n) => `thing-${n % THINGS}`);
  for (const { record } of workers) await record(names);
}

it('What is about one thing comes one after the other in the order of the log, from two workers', async () => {
  await happen(300);
  await allDone(300);
  expect(ended).toHaveLength(300);
  for (const { ids } of idsByThing(ended)) expect(ids).toEqual(ids.toSorted());
});

it('An event that fails holds back the later ones about the same thing, and no others; they follow when it is delivered', async () => {
  const failures = new Set<string>();
  for (const { listener } of workers) {
    listener.effect = async (event) => {
      if (event.aggregate.id === 'thing-0' && failures.size === 0) {
        failures.add(event.id);
        throw new Error('not this one');
      }
      await effect(event);
    };
  }
  await happen(100);
  await vi.waitFor(() => expect(ended.filter(({ aggregate }) => aggregate.id !== 'thing-0')).toHaveLength(80), soon);
  expect(ended.filter(({ aggregate }) => aggregate.id === 'thing-0')).toEqual([]);
  await allDone(100);
  for (const { ids } of idsByThing(ended)) expect(ids).toEqual(ids.toSorted());
});

it('An effect that is postponed uses up no attempt', async () => {
  let postponed = 0;
  for (const { listener } of workers) {
    listener.effect = async () => {
      postponed += 1;
      if (postponed < 30) throw new Postponed('not now', 0);
    };
  }
  await workers[0].record(['thing-0']);
  await allDone(1);
  expect(await workers[0].tx.query('SELECT attempts, last_error FROM event_deliveries')).toEqual([
    { attempts: 1, last_error: null },
  ]);
});

it('A process that is not ready takes nothing, and what it has already goes to another one', async () => {
  const [one, two] = workers;
  two.listener.isReady = false;
  one.listener.isReady = false;
  await rounds(1); // one that was asked before may still take something
  await one.record(['thing-0', 'thing-1']);
  await vi.waitFor(async () => expect(await one.tx.query('SELECT FROM event_deliveries')).toHaveLength(2), soon);
  await rounds(ROUNDS);
  expect(await one.tx.query(`SELECT FROM event_deliveries WHERE status <> 'pending'`)).toEqual([]);
  one.listener.isReady = true;
  await allDone(2);
});
