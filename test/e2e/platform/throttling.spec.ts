import { randomUUID } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { Redis } from 'ioredis';
import { register } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Public } from '../../../src/platform/access/index.js';
import { Takes } from '../../../src/platform/routes/index.js';
import { type AuthApi, startAuthApi } from '../../support/auth-api.js';
import { startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import type { Answer } from '../../support/http-client.js';
import { redisDatabase } from '../../support/redis.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

@Public()
@Controller()
class ProbeController {
  @Get('v1/test/open')
  open() {
    return {};
  }

  @Takes({ limitedAs: 'unlimited' })
  @Get('v1/test/probe')
  probe() {
    return {};
  }
}

/** Starts two processes' worth of API with limits of their own, connected to Redis unless there is none. */
async function withApis(env: Record<string, string>, redisUrl: string, use: (...apis: AuthApi[]) => Promise<void>) {
  const start = () => startAuthApi({ databaseUrl: database.url, redisUrl, env, controllers: [ProbeController] });
  const apis = [await start(), await start()];
  try {
    for (const { app } of apis) await expect.poll(() => app.get(Redis).status).toMatch(/^(ready|reconnecting)$/);
    await use(...apis);
  } finally {
    for (const api of apis) await api.close();
  }
}

const open = (api: AuthApi, token?: string) => api.request('GET /v1/test/open', token ? { token } : {});
async function statuses(count: number, ask: (n: number) => Promise<Answer<unknown>>): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 0; n < count; n++) seen.push((await ask(n)).status);
  return seen;
}
/** Requests counted in memory, as the metric says. */
async function fallbacks(): Promise<number> {
  const metric = await register.getSingleMetric('till_throttle_fallback_total')?.get();
  return metric?.values[0]?.value ?? 0;
}

/** Until a request is counted in Redis again. */
async function untilShared(api: AuthApi): Promise<void> {
  await expect
    .poll(
      async () => {
        const before = await fallbacks();
        await open(api);
        return (await fallbacks()) - before;
      },
      { timeout: 15_000 },
    )
    .toBe(0);
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database?.drop());

describe('limits', () => {
  it('count requests per address in all processes together, and say when to come again', async () => {
    await withApis({ RATE_LIMIT_PER_ADDRESS: '5' }, await redisDatabase(), async (one, two) => {
      const first = await open(one!);
      expect(first.headers.get('ratelimit-policy')).toBe('"address";q=5;w=60');
      expect(first.headers.get('ratelimit')).toBe('"address";r=4;t=60');
      expect(await statuses(4, (n) => open(n % 2 ? one! : two!))).toEqual([200, 200, 200, 200]);
      const { status, headers, body } = await open(one!);
      expect(status).toBe(429);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        code: 'rate_limited',
        detail: expect.stringContaining('5 requests'),
        'violated-policies': ['address'],
      });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    });
  });

  it('count what is refused as well: no token, a wrong one, a password not worth hashing', async () => {
    await withApis({ RATE_LIMIT_PER_ADDRESS: '3' }, await redisDatabase(), async (api) => {
      expect((await api!.request('GET /v1/users/me')).status).toBe(401);
      expect((await api!.request('GET /v1/users/me', { token: 'wrong' })).status).toBe(401);
      expect((await api!.request('POST /v1/auth/register', { body: {} })).status).toBe(400);
      expect((await api!.request('GET /v1/users/me')).status).toBe(429);
      const body = { email: `${randomUUID()}@example.com`, name: 'Ada', password: 'correct horse' };
      expect((await api!.request('POST /v1/auth/register', { body })).status).toBe(429);
    });
  });

  it('count requests per user, whoever else shares the address', async () => {
    await withApis({ RATE_LIMIT_PER_USER: '2' }, await redisDatabase(), async (api) => {
      const ada = await api!.signedIn(`${randomUUID()}@example.com`, 'customer');
      const grace = await api!.signedIn(`${randomUUID()}@example.com`, 'customer');
      expect(await statuses(3, () => open(api!, ada))).toEqual([200, 200, 429]);
      expect(await statuses(2, () => open(api!, grace))).toEqual([200, 200]);
      expect((await open(api!)).status).toBe(200);
    });
  });

  it('multiply by the scale, and spare probes', async () => {
    const env = { RATE_LIMIT_PER_ADDRESS: '1', RATE_LIMIT_SCALE: '2.5' };
    await withApis(env, await redisDatabase(), async (api) => {
      expect(await statuses(4, () => open(api!))).toEqual([200, 200, 200, 429]);
      expect(await statuses(4, () => api!.request('GET /v1/test/probe'))).toEqual([200, 200, 200, 200]);
    });
  });
});

describe('two built processes', () => {
  it.each([
    ['in turn', (n: number) => n % 2],
    ['one for the first tenth alone', (n: number) => (n < 20 ? 0 : 1)],
  ])('let through what the limit says together, %s', async (_, to) => {
    const settings = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      DATABASE_URL: database.url,
      REDIS_URL: await redisDatabase(),
    };
    const start = () => startBuilt('main.js', { ...settings, RATE_LIMIT_PER_ADDRESS: '200' });
    const processes = [await start(), await start()];
    try {
      let passed = 0;
      for (let n = 0; n < 300; n += 10) {
        const urls = Array.from({ length: 10 }, (_, index) => processes[to(n + index)]!.url);
        const answers = await Promise.all(urls.map((url) => fetch(`${url}/v1/products`)));
        passed += answers.filter(({ status }) => status === 200).length;
      }
      expect(passed).toBe(200);
    } finally {
      await Promise.all(processes.map((one) => one.stop()));
    }
  });
});

describe('sign-in', () => {
  it('tries each account as often as the setting says, however it is spelled and whatever the scale', async () => {
    const env = { RATE_LIMIT_SCALE: '1000', RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '5' };
    await withApis(env, await redisDatabase(), async (one, two) => {
      const email = `${randomUUID()}@example.com`;
      await one!.signedIn(email, 'customer'); // the first of the five
      const guess = (n: number) =>
        (n % 2 ? one! : two!).request('POST /v1/auth/login', {
          body: { email: n % 3 ? email : ` ${email.toUpperCase()}`, password: `guess ${n}` },
        });
      expect(await statuses(4, guess)).toEqual(Array<number>(4).fill(401));
      const { status, headers, body } = await guess(4);
      expect(status).toBe(429);
      expect(body).toMatchObject({ code: 'rate_limited' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await one!.login(email)).toBeUndefined(); // the right password would tell whether a guess was right
      await expect(one!.signedIn(`${randomUUID()}@example.com`, 'customer')).resolves.toEqual(expect.any(String));
    });
  });

  it('treats an account that is not there the same', async () => {
    await withApis({}, await redisDatabase(), async (api) => {
      const body = { email: `${randomUUID()}@example.com`, password: 'guess' };
      const answers = await statuses(6, () => api!.request('POST /v1/auth/login', { body }));
      expect(answers).toEqual([...Array<number>(5).fill(401), 429]);
    });
  });
});

describe('Redis away', () => {
  let redis: OwnServer;
  beforeAll(async () => {
    redis = await ownRedis();
  });
  afterAll(() => redis?.remove());

  it('stopped: each process goes on counting for itself, at once, and shares again when Redis is back', async () => {
    await withApis({ RATE_LIMIT_PER_ADDRESS: '1000' }, redis.url, async (api) => {
      await untilShared(api!);
      await redis.stop();
      const before = await fallbacks();
      const started = performance.now();
      expect(await statuses(50, () => open(api!))).toEqual(Array<number>(50).fill(200));
      expect(performance.now() - started).toBeLessThan(5000);
      expect((await fallbacks()) - before).toBe(50);
      await redis.start();
      await untilShared(api!);
    });
  });

  it('stopped: limits still hold, in each process', async () => {
    await redis.stop();
    await withApis({ RATE_LIMIT_PER_ADDRESS: '3' }, redis.url, async (one, two) => {
      for (const api of [one!, two!]) {
        expect(await statuses(4, () => open(api))).toEqual([200, 200, 200, 429]);
      }
    });
    await redis.start();
  });

  it('hung: one request waits for it, the next hundred do not', async () => {
    await withApis({ RATE_LIMIT_PER_ADDRESS: '1000' }, redis.url, async (api) => {
      await untilShared(api!);
      process.kill(redis.pid(), 'SIGSTOP');
      try {
        const started = performance.now();
        expect(await statuses(100, () => open(api!))).toEqual(Array<number>(100).fill(200));
        // 100 time-outs would take 25 s.
        expect(performance.now() - started).toBeLessThan(5000);
      } finally {
        process.kill(redis.pid(), 'SIGCONT');
      }
      await untilShared(api!);
    });
  });
});
