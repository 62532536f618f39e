import { Client } from 'pg';
import { sandboxInShop } from '../../src/payments/index.js';
import { inCluster, inSchema, schemaOf } from '../../src/platform/config/index.js';
import { createShop, migrate } from '../../src/platform/database/index.js';
import { type CitusNode, startCitus } from '../../tools/servers/citus.js';
import { serveApi, settingsOn } from './api.js';
import { BUSY, startBusyShop } from './every-request.js';
import { redisDatabase } from './redis.js';

const PORT = `SELECT DISTINCT nodeport AS port FROM citus_shards WHERE table_name::text LIKE 'shop_north.%'`;

/** A cluster with the api of one shop that has something of everything; `binaries` have Citus. */
export async function startShopOnANode(binaries: string) {
  const cluster = await startCitus(binaries);
  await migrate(cluster.url);
  await createShop(cluster.url, { slug: 'north', name: 'north', role: null }, { adapt: sandboxInShop, citus: true });
  const servers = {
    DATABASE_URL: inSchema(inCluster(cluster.url), schemaOf('north')),
    REDIS_URL: await redisDatabase(),
  };
  const settings = { ...settingsOn(servers), ...BUSY, SHOP: 'north', DATABASE_CITUS: 'on' };
  const api = await serveApi(settings, { ...settings, DATABASE_URL: cluster.url });
  const shop = await startBusyShop(api);
  const count = async (sql: string) => Number((await api.sql(`SELECT count(*) AS n FROM ${sql}`))[0]!['n']);
  /** The worker that the shop is not on. */
  const otherNode = async (): Promise<CitusNode> => {
    const client = new Client({ connectionString: cluster.url });
    await client.connect();
    const { rows } = await client.query<{ port: number }>(PORT).finally(() => client.end());
    return Number(new URL(cluster.urls.worker1).port) === rows[0]!.port ? 'worker2' : 'worker1';
  };
  const close = async () => {
    await api.close();
    await cluster.remove();
  };
  return { cluster, api, shop, count, otherNode, close };
}
