import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiModule } from '../../../src/api.module.js';
import { loadConfig } from '../../../src/settings.js';
import { createHttpApp } from '../../../src/platform/http/index.js';
import { runCli } from '../../support/build.js';
import { hanging } from '../../support/hanging.js';
import { scrape, type Scrape } from '../../support/metrics.js';
import { ownPostgres, ownRedis, type OwnServer } from '../../support/servers.js';

const soon = { timeout: 20_000, interval: 100 };

/** How many requests of a route the process has answered with 404. */
const notFound = (route: string, { series }: Scrape) =>
  series.get(`till_http_request_duration_seconds_count{method="GET",route="${route}",status="404"}`) ?? 0;

describe('health', () => {
  let postgres: OwnServer;
  let redis: OwnServer;
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    postgres = await ownPostgres();
    redis = await ownRedis();
    await runCli(['migrate'], { DATABASE_URL: postgres.url });
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: postgres.url, REDIS_URL: redis.url };
    app = await createHttpApp(ApiModule, loadConfig(env));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  }, 240_000);
  afterAll(async () => {
    await app.close();
    await postgres.remove();
    await redis.remove();
  });

  async function ask(path: string) {
    const began = performance.now();
    const response = await fetch(url + path);
    const body = (await response.json()) as { status: string; details: Record<string, { status: string }> };
    const { database, redis: cache } = body.details;
    const parts = { database: database?.status, redis: cache?.status };
    return { http: response.status, status: body.status, ...parts, ms: performance.now() - began };
  }
  /** How long readiness takes, in milliseconds: a busy machine may hold one answer up. */
  const quickest = async () => {
    const answers = [await ask('/health/ready'), await ask('/health/ready'), await ask('/health/ready')];
    return Math.min(...answers.map(({ ms }) => ms));
  };
  const becomes = (expected: object) =>
    vi.waitFor(async () => expect(await ask('/health/ready')).toMatchObject(expected), soon);

  it('is well when all is up', async () => {
    const well = { http: 200, status: 'ok', database: 'up', redis: 'up' };
    await becomes(well);
    expect(await ask('/health')).toMatchObject(well);
    expect(await ask('/health/live')).toMatchObject({ http: 200, status: 'ok' });
  });

  it('names no address or reason in public', async () => {
    const text = await (await fetch(`${url}/health`)).text();
    expect(text).not.toMatch(/127\.0\.0\.1|till:|ECONN/);
  });

  it('serves on, degraded, without Redis', async () => {
    await redis.stop();
    await becomes({ http: 200, status: 'degraded', database: 'up', redis: 'degraded' });
    expect((await fetch(`${url}/v1/products`)).status).toBe(200);
    await redis.start();
    await becomes({ http: 200, status: 'ok' });
  });

  it('is degraded within a second when Redis hangs', async () => {
    await hanging(redis, async () => {
      await becomes({ http: 200, status: 'degraded' });
      expect(await quickest()).toBeLessThan(1500);
    });
    await becomes({ http: 200, status: 'ok' });
  });

  it('is unavailable but alive without PostgreSQL, and recovers by itself', async () => {
    await postgres.stop();
    await becomes({ http: 503, status: 'error', database: 'down', redis: 'up' });
    expect(await ask('/health/live')).toMatchObject({ http: 200 });
    const refused = await fetch(`${url}/v1/products`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ code: 'database_unavailable' });
    await postgres.start();
    await becomes({ http: 200, status: 'ok' });
    expect((await fetch(`${url}/v1/products`)).status).toBe(200);
  });

  it('answers within a second when PostgreSQL hangs', async () => {
    await hanging(postgres, async () => {
      await becomes({ http: 503, status: 'error' });
      expect(await quickest()).toBeLessThan(1500);
      expect(await ask('/health/live')).toMatchObject({ http: 200 });
      const scrape = await fetch(`${url}/metrics`);
      expect(await scrape.text()).toContain('process_cpu_user_seconds_total');
    });
    await becomes({ http: 200, status: 'ok' });
  });

  it('shows requests by route pattern in the metrics, and strangers as one', async () => {
    const before = await scrape(url);
    await fetch(`${url}/v1/products/prd_nonsense`);
    await fetch(`${url}/made/up/${crypto.randomUUID()}`);
    const after = await scrape(url);
    for (const route of ['/v1/products/:id', 'none']) {
      expect([route, notFound(route, after) - notFound(route, before)]).toEqual([route, 1]);
    }
    expect(after.text).not.toContain('/made/up/');
    expect(after.text).toMatch(/till_database_connections\{state="idle"\} \d/);
  });
});
