import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { AccessTokens } from '../../src/auth/access-tokens.js';
import { sandboxInShop } from '../../src/payments/index.js';
import type { Role } from '../../src/platform/access/index.js';
import { inSchema, schemaOf } from '../../src/platform/config/index.js';
import { createShop } from '../../src/platform/database/index.js';
import { loadConfig } from '../../src/settings.js';
import { encodeId, type Id, idPrefixes, newId } from '../../src/shared/ids.js';
import { type Api, type Person, serveApi, settingsOn } from './api.js';
import { createDatabase } from './database.js';
import { redisDatabase } from './redis.js';

export type ShopApi = Api & { readonly schema: string };

/**
 * Two further shops in one database and one Redis, with the same keys and address, whose apis are all in this process.
 */
export async function startShopApis(env: Readonly<Record<string, string>> = {}) {
  const database = await createDatabase();
  const redisUrl = await redisDatabase();
  const closing = [() => database.drop()];
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };
  const start = async (SHOP: string): Promise<ShopApi> => {
    await createShop(database.url, { slug: SHOP, name: SHOP, role: null }, { adapt: sandboxInShop });
    const schema = schemaOf(SHOP);
    const servers = { DATABASE_URL: inSchema(database.url, schema), REDIS_URL: redisUrl };
    const api = await serveApi({ ...settingsOn(servers), ...env, SHOP });
    let ended: Promise<void> | undefined;
    const end = () => (ended ??= api.close());
    closing.unshift(end);
    const sql = (text: string, parameters?: unknown[]) => api.sql(sandboxInShop(text), parameters);
    return { ...api, close: end, sql, schema };
  };
  try {
    const [north, south] = [await start('north'), await start('south')];
    return { north, south, databaseUrl: database.url, redisUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same account, with the same id, address and session, in each of these shops. */
export async function twinsIn<S extends string>(
  shops: Readonly<Record<S, ShopApi>>,
  ...roles: Role[]
): Promise<Record<S, Person>> {
  const [user, session] = [newId<'usr'>(), newId<'ses'>()];
  const authenticatedAt = Math.floor(Date.now() / 1000);
  const email = `${randomUUID()}@till.test`;
  const twins: [string, Person][] = [];
  for (const [name, { app, sql }] of Object.entries<ShopApi>(shops)) {
    await sql(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', $3)`, [user, email, roles]);
    await sql(
      `INSERT INTO sessions (id, user_id, device, address, expires_at) VALUES ($1, $2, '', '', now() + interval '1 day')`,
      [session, user],
    );
    const opened = { id: session, userId: user, roles, accessVersion: 1, authenticatedAt };
    twins.push([name, { id: encodeId('usr', user), token: await app.get(AccessTokens).issue(opened) }]);
  }
  return Object.fromEntries(twins) as Record<S, Person>;
}

/** A digest of each table of the shop, and the position of each sequence, by name. */
export async function contentOf({ sql, schema }: ShopApi): Promise<Readonly<Record<string, unknown>>> {
  const tables = await sql(`SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1`, [schema]);
  const digests = tables.map(
    ({
      name,
    }) => `SELECT '${String(name)}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS content
      FROM "${String(name)}" t`,
  );
  const rows = [
    ...(await sql(digests.join(' UNION ALL '))),
    ...(await sql(
      `SELECT sequencename AS name, coalesce(last_value, 0)::text AS content FROM pg_sequences WHERE schemaname = $1`,
      [schema],
    )),
  ];
  return Object.fromEntries(rows.map(({ name, content }) => [String(name), content]));
}

/** The public ids of all rows of the shop. */
export async function idsOf({ sql, schema }: ShopApi): Promise<ReadonlySet<string>> {
  const tables = await sql(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = $1 AND column_name = 'id' AND data_type = 'uuid'`,
    [schema],
  );
  const rows = await sql(tables.map(({ name }) => `SELECT id FROM "${String(name)}"`).join(' UNION ALL '));
  return new Set(rows.flatMap(({ id }) => idPrefixes.map((prefix) => encodeId(prefix, id as Id<typeof prefix>))));
}

/** What the shop has in Redis, by key, but for what its own readiness writes. */
export async function keysOf(redisUrl: string, { settings }: ShopApi): Promise<Readonly<Record<string, unknown>>> {
  const redis = new Redis(redisUrl);
  try {
    const found = await redis.keys(`${loadConfig(settings).redis.prefix}*`);
    const names = found.filter((name) => !name.endsWith('till:health'));
    const contents: [string, string | undefined][] = [];
    for (const name of names) contents.push([name, (await redis.dumpBuffer(name))?.toString('base64')]);
    return Object.fromEntries(contents);
  } finally {
    redis.disconnect();
  }
}
