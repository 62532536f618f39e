import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WindowStorage } from '../../../src/platform/throttling/window-storage.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

let server: OwnServer;
beforeAll(async () => {
  server = await ownRedis();
});
afterAll(() => server?.remove());

interface Process {
  readonly storage: WindowStorage;
  readonly redis: Redis;
}

let processes: Process[] = [];
/** What counts limits in one process. */
async function start(): Promise<WindowStorage> {
  const redis = new Redis(server.url);
  await redis.ping();
  const storage = new WindowStorage(redis);
  processes.push({ storage, redis });
  return storage;
}
function end({ storage, redis }: Process): void {
  storage.onApplicationShutdown();
  redis.disconnect();
}
afterEach(() => {
  processes.forEach(end);
  processes = [];
});

let subjects = 0;
const newLimit = (perMinute: number) => ({ name: 'user', subject: `s${(subjects += 1)}`, perMinute });
type Limit = ReturnType<typeof newLimit> & { readonly weight?: number };

async function passes(storage: WindowStorage, limit: Limit): Promise<boolean> {
  const record = await storage.countOne(limit);
  return !record.isBlocked;
}

async function oneByOne(storages: readonly WindowStorage[], limit: Limit): Promise<number> {
  let passed = 0;
  for (const storage of storages) passed += Number(await passes(storage, limit));
  return passed;
}

async function atOnce(storages: readonly WindowStorage[], limit: Limit): Promise<number> {
  const passed = await Promise.all(storages.map((storage) => passes(storage, limit)));
  return passed.filter(Boolean).length;
}

/** `count` requests: to which process each goes. */
const spread = (count: number, to: (n: number) => WindowStorage) => Array.from({ length: count }, (_, n) => to(n));
/** How often Redis was asked, whatever for. */
async function exchanges(): Promise<number> {
  const stats = await processes[0]!.redis.info('commandstats');
  return [...stats.matchAll(/cmdstat_(?:eval|evalsha|publish):calls=(\d+)/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

describe('Two processes together let through exactly what a limit says', () => {
  const ways: readonly [string, (one: WindowStorage, two: WindowStorage) => WindowStorage[]][] = [
    ['in turn', (one, two) => spread(1500, (n) => (n % 2 ? one : two))],
    ['one of them for a tenth', (one, two) => spread(1500, (n) => (n % 10 ? one : two))],
    ['one falls silent early', (one, two) => spread(1500, (n) => (n < 150 ? one : two))],
    ['one falls silent late', (one, two) => spread(1500, (n) => (n < 880 ? one : two))],
  ];

  it.each(ways)('%s', async (_, way) => {
    const storages = way(await start(), await start());
    expect(await oneByOne(storages, newLimit(1000))).toBe(1000);
  });

  it.each(ways)('%s, with 50 at a time', async (_, way) => {
    const [storages, limit] = [way(await start(), await start()), newLimit(1000)];
    let passed = 0;
    for (let n = 0; n < storages.length; n += 50) passed += await atOnce(storages.slice(n, n + 50), limit);
    expect(passed).toBe(1000);
  });

  it('all at the same moment', async () => {
    const [one, two] = [await start(), await start()];
    const limit = newLimit(200);
    expect(
      await atOnce(
        spread(300, (n) => (n % 2 ? one : two)),
        limit,
      ),
    ).toBe(200);
  });
});

describe('Places that a process holds ahead', () => {
  it('are lost with it, a hundredth at most, and only the first refusal waits for them', async () => {
    const [one, two, limit] = [await start(), await start(), newLimit(1000)];
    expect(await oneByOne([one, one], limit)).toBe(2);
    end(processes.shift()!);
    const passed = await oneByOne(
      spread(1000, () => two),
      limit,
    );
    expect(passed).toBeGreaterThanOrEqual(988);
    const started = performance.now();
    expect(
      await oneByOne(
        spread(20, () => two),
        limit,
      ),
    ).toBe(0);
    // Each would wait for 30 ms at least.
    expect(performance.now() - started).toBeLessThan(20 * 30);
  });

  it('save nearly all questions to Redis while much of a limit is left', async () => {
    const [one, limit] = [await start(), newLimit(10_000)];
    const before = await exchanges();
    expect(
      await oneByOne(
        spread(1000, () => one),
        limit,
      ),
    ).toBe(1000);
    expect((await exchanges()) - before).toBeLessThan(20);
  });
});

describe('A refused request', () => {
  it('does not count: a lighter one may still have a place', async () => {
    const [one, limit] = [await start(), newLimit(10)];
    expect(await passes(one, { ...limit, weight: 8 })).toBe(true);
    expect(await passes(one, { ...limit, weight: 3 })).toBe(false);
    expect(await oneByOne([one, one, one], limit)).toBe(2);
  });
});
