import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from './database.js';
import { redisDatabase } from './redis.js';

async function tablesOf(url: string, statement?: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    if (statement !== undefined) await client.query(statement);
    const { rows } = await client.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`,
    );
    return rows.map((row) => row.tablename);
  } finally {
    await client.end();
  }
}

test('databases are migrated, and each is its caller’s own, also when made at once', async () => {
  const [one, other, third] = await Promise.all([createDatabase(), createDatabase(), createDatabase()]);
  expect(await tablesOf(one.url, 'CREATE TABLE mine ()')).toEqual(expect.arrayContaining(['mine', 'migrations']));
  expect(await tablesOf(other.url)).not.toContain('mine');
  await Promise.all([one, other, third].map((database) => database.drop()));
});

test('a database is dropped although somebody is connected', async () => {
  const database = await createDatabase();
  const client = new Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await database.drop();
  await expect(tablesOf(database.url)).rejects.toThrow('does not exist');
});

test('logical Redis databases are each its caller’s own', async () => {
  const [one, other] = (await Promise.all([redisDatabase(), redisDatabase()])).map((url) => new Redis(url));
  await one?.set('key', 'mine');
  expect(await other?.get('key')).toBeNull();
  one?.disconnect();
  other?.disconnect();
});
