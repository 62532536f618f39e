import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxInShop } from '../../../src/payments/index.js';
import { inCluster, inSchema, schemaOf } from '../../../src/platform/config/index.js';
import { createShop, migrate } from '../../../src/platform/database/index.js';
import { type CitusCluster, startCitus } from '../../../tools/servers/citus.js';
import { type Api, serveApi, settingsOn, startWorker } from '../../support/api.js';
import { BUSY, type BusyShop, startBusyShop } from '../../support/every-request.js';
import type { OpenApi } from '../../support/openapi.js';
import { redisDatabase } from '../../support/redis.js';
import { systemCitus } from '../../support/system-postgres.js';

const where = systemCitus ? '' : ' (not run: there is no PostgreSQL with Citus)';
const SLOW = 300_000;
const DONE = { timeout: 60_000 };

describe.skipIf(!systemCitus)(`A shop in a Citus cluster with all that a shop does${where}`, { timeout: SLOW }, () => {
  let cluster: CitusCluster;
  let api: Api;
  let shop: BusyShop;

  beforeAll(async () => {
    cluster = await startCitus(systemCitus!);
    await migrate(cluster.url);
    await createShop(cluster.url, { slug: 'north', name: 'north', role: null }, { adapt: sandboxInShop, citus: true });
    const servers = {
      DATABASE_URL: inSchema(inCluster(cluster.url), schemaOf('north')),
      REDIS_URL: await redisDatabase(),
    };
    const settings = { ...settingsOn(servers), ...BUSY, SHOP: 'north', DATABASE_CITUS: 'on' };
    api = await serveApi(settings, { ...settings, DATABASE_URL: cluster.url });
    shop = await startBusyShop(api);
  }, SLOW);
  afterAll(async () => {
    await api?.close();
    await cluster?.remove();
  }, SLOW);

  const count = async (sql: string) => Number((await api.sql(`SELECT count(*) AS n FROM ${sql}`))[0]!['n']);

  /** None of what the busy shop has no example of. */
  const addressesOf = (path: string): string[] => {
    try {
      return [shop.addressOf(path)];
    } catch {
      return [];
    }
  };

  it('answers every request, none with an error of its own', async () => {
    const failed: string[] = [];
    const note = (request: string, status: number) => status >= 500 && failed.push(`${request}: ${status}`);
    for (const { method, path, body } of shop.examples()) {
      const headers = { 'idempotency-key': randomUUID() };
      const { status } = await api.request(`${method} ${path}`, { token: shop.admin.token, body, headers });
      note(`${method} ${path}`, status);
    }
    const { paths } = (await api.request<OpenApi>('GET /openapi.json')).body;
    for (const path of Object.keys(paths).filter((path) => 'get' in paths[path]!)) {
      for (const address of addressesOf(path)) note(`GET ${path}`, (await api.get(address, shop.admin)).status);
    }
    expect(failed).toEqual([]);
  });

  it('has its worker deliver events and record attempts that fail', async () => {
    const worker = await startWorker(api);
    try {
      await expect.poll(() => count('outbox'), DONE).toBe(0);
      await expect.poll(() => count(`event_deliveries WHERE status <> 'done'`), DONE).toBe(0);
      await expect.poll(() => count('webhook_deliveries WHERE attempts > 0'), DONE).toBeGreaterThan(0);
      await expect.poll(() => count('mailed_tokens WHERE token_hash IS NOT NULL'), DONE).toBeGreaterThan(0);
    } finally {
      await worker.close();
    }
    expect(await api.proof()).toMatchObject({ balanced: true });
  });
});
