import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { sandboxInShop } from '../../src/payments/index.js';
import { inSchema } from '../../src/platform/config/index.js';
import { createShop, migrate } from '../../src/platform/database/index.js';
import { type Api, startApi } from './api.js';
import { runCli } from './build.js';
import { startBuilt } from './built-process.js';
import { ownPostgres } from './servers.js';
import { settingsOfShops } from './shops.js';
import { systemPostgres } from './system-postgres.js';

type Env = Readonly<Record<string, string>>;

/** What commands need besides their servers: keys of backups, and a folder for files. */
export async function commandSettings() {
  const directory = await mkdtemp(path.join(tmpdir(), 'till-shops-'));
  const { recipient, identity } = JSON.parse((await runCli(['backup', 'key'], {})).stdout) as Record<string, string>;
  return {
    file: (name: string) => path.join(directory, name),
    env: { BACKUP_POSTGRES_BIN: systemPostgres!, BACKUP_RECIPIENTS: recipient!, BACKUP_IDENTITY: identity! },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A PostgreSQL server of the system's binaries with a migrated database, and further shops with these slugs. */
export async function shopServer(slugs: readonly string[]) {
  const server = await ownPostgres(systemPostgres);
  await migrate(server.url);
  for (const slug of slugs)
    await createShop(server.url, { slug, name: `The ${slug}`, role: null }, { adapt: sandboxInShop });
  const query = async <R = Record<string, unknown>>(sql: string, values: readonly unknown[] = []) => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows as R[];
    } finally {
      await client.end();
    }
  };
  /** The api of a shop, in this process. */
  const api = (slug: string, schema: string, env: Env = {}, url = server.url): Promise<Api> =>
    startApi({ SHOP: slug, DATABASE_URL: inSchema(url, schema), ...env });
  return { ...server, query, api };
}

/** Serves all shops of a database by one api and one worker. */
export async function serveAll(settings: Env) {
  const directory = await settingsOfShops({ _common: {} });
  const env = { LOG_LEVEL: 'info', ...settings, SHOPS: 'all', SHOPS_SETTINGS_DIRECTORY: directory };
  const api = await startBuilt('main.js', env);
  const worker = await startBuilt('worker.js', env);
  const stop = async () => {
    await api.stop();
    await worker.stop();
  };
  return { url: api.url, stop };
}

export type ShopServer = Awaited<ReturnType<typeof shopServer>>;

/** The balance of each account of a shop, and the number of its orders, payments, refunds, disputes and taxes. */
export const FIGURES = (schema: string) => `
  SELECT (SELECT jsonb_object_agg(code, amount) FROM (SELECT a.code, sum(e.amount) AS amount FROM ${schema}.ledger_entries e
      JOIN ${schema}.ledger_accounts a ON a.id = e.account_id GROUP BY a.code) b) AS accounts,
    (SELECT count(*)::int FROM ${schema}.orders) AS orders, (SELECT count(*)::int FROM ${schema}.payments) AS payments,
    (SELECT count(*)::int FROM ${schema}.refunds) AS refunds, (SELECT count(*)::int FROM ${schema}.disputes) AS disputes,
    (SELECT sum(tax)::int FROM ${schema}.tax_groups) AS taxes`;
