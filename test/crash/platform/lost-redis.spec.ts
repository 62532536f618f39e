import { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProductBody } from '../../support/bodies.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { assertComplete, type Outbound, people, record, settled, startOutbound } from '../../support/outbound.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

/** `EVENT_ROUNDS=10 npm test -- test/crash/platform/lost-redis`: so many rounds of each fault. */
const rounds = Number(process.env['EVENT_ROUNDS'] ?? 1);
/** Events that are on their way when Redis fails; half of them are mailed. */
const EVENTS = 1000;

/** Between two orders of a customer, so that the workers keep up. */
const PAUSE_MS = 50;

let database: TestDatabase;
let redis: OwnServer;
let outbound: Outbound;
let mug: ProductBody;
let users: string[];
beforeAll(async () => {
  [database, redis] = [await createDatabase(), await ownRedis()];
  outbound = await startOutbound({ DATABASE_URL: database.url, REDIS_URL: redis.url }, () => 10);
  mug = await outbound.shop.product(1_000_000);
  users = await people(outbound.shop, 100);
  const warm = buying(4);
  await delay(5000);
  await warm();
}, 240_000);
afterAll(async () => {
  await outbound?.stop();
  await Promise.all([database?.drop(), redis?.remove()]);
});

async function command(...words: [string, ...string[]]): Promise<void> {
  const client = new Redis(redis.url);
  await client.call(...words).finally(() => client.disconnect());
}

const faults: Record<string, () => Promise<void>> = {
  'killed, and away for 5 s': async () => {
    process.kill(redis.pid(), 'SIGKILL');
    await delay(5000);
    await redis.stop();
    await redis.start();
  },
  'restarted, and empty': async () => {
    await redis.stop();
    await redis.start();
  },
  'emptied three times': async () => {
    for (let time = 0; time < 3; time += 1) {
      await command('FLUSHALL');
      await delay(300);
    }
  },
  'full for 5 s, and evicting nothing': async () => {
    await command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await command('CONFIG', 'SET', 'maxmemory', '1');
    await delay(5000);
    await command('CONFIG', 'SET', 'maxmemory', '0');
  },
};

/** Customers who place and pay one order after the other until they are told to stop; returns how long each request took. */
function buying(customers: number): () => Promise<number[]> {
  const { shop } = outbound;
  const times: number[] = [];
  const stop = new AbortController();
  const timed = async <T extends { readonly status: number }>(send: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const answer = await send();
    times.push(performance.now() - began);
    expect(answer.status).toBe(201);
    return answer;
  };
  const customer = async () => {
    const shopper = await shop.person();
    while (!stop.signal.aborted) {
      await delay(PAUSE_MS);
      const { body: order } = await timed(() => shop.place(shopper, [{ productId: mug.id, quantity: 1 }]));
      await timed(() => shop.pay(shopper, order));
    }
  };
  const all = Promise.all(Array.from({ length: customers }, customer));
  all.catch(() => undefined); // reported when they are stopped
  return async () => {
    stop.abort();
    await all;
    return times;
  };
}

const p99 = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
const unfinished = async () =>
  Number(
    (
      await outbound.shop.sql(`SELECT (SELECT count(*) FROM outbox)
    + (SELECT count(*) FROM event_deliveries WHERE status <> 'done')
    + (SELECT count(*) FROM webhook_deliveries WHERE status = 'pending') AS n`)
    )[0]!['n'],
  );

describe('Redis under load, with a thousand events in flight,', () => {
  const plans = Array.from({ length: rounds }, (_, round) => Object.keys(faults).map((fault) => [fault, round + 1]));
  it.each(plans.flat() as [string, number][])(
    '%s: everybody gets everything once, and the api answers (round %i)',
    async (fault) => {
      const stop = buying(4);
      const before = outbound.arrived().webhooks.length;
      const things = Array.from({ length: EVENTS }, (_, n) => (n % 2 ? `thing-${n % 50}` : users[n % users.length]!));
      await record(outbound.shop, things);
      await expect.poll(() => outbound.arrived().webhooks.length, { interval: 5 }).toBeGreaterThan(before + 10);
      const inFlight = await unfinished();
      await faults[fault]!();
      await delay(1000); // of load without the fault
      const times = await stop();
      await settled(outbound.shop);
      const repeats = await assertComplete(outbound.shop, outbound.arrived());
      const { length: mailed } = outbound.arrived().mails;
      process.stdout.write(
        `Redis ${fault}: ${inFlight} effects open at the fault; ${mailed} mails and ${outbound.arrived().webhooks.length} webhooks ` +
          `so far, ${repeats} repeated; ${times.length} requests of the api, p99 ${p99(times).toFixed(0)} ms\n`,
      );
      expect(inFlight).toBeGreaterThan(EVENTS / 2);
      expect(repeats).toBe(0);
      expect(p99(times)).toBeLessThan(1000);
    },
    180_000,
  );
});
