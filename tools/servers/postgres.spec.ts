import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownPostgres, type OwnServer } from '../../test/support/servers.js';

let postgres: OwnServer;

beforeAll(async () => {
  postgres = await ownPostgres();
});
afterAll(() => postgres.remove());

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('data outlives an orderly stop, and a kill', async () => {
  await query('CREATE TABLE kept (n int)');
  await postgres.stop();
  await postgres.start();
  await query('INSERT INTO kept VALUES (1)');
  process.kill(postgres.pid(), 'SIGKILL'); // leaves its pid file
  await postgres.stop();
  await postgres.start();
  expect(await query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
});

test('a password is asked for', async () => {
  const url = Object.assign(new URL(postgres.url), { password: 'wrong' });
  const client = new Client({ connectionString: url.href });
  await expect(client.connect()).rejects.toThrow('password authentication failed');
});

test('it does not run as root', async () => {
  if (process.platform !== 'linux') return;
  const status = await readFile(`/proc/${postgres.pid()}/status`, 'utf8');
  expect(status).not.toMatch(/^Uid:\s+0\b/m);
});

test('it has what Till and its benchmark need', async () => {
  const extensions = await query(`SELECT name FROM pg_available_extensions
    WHERE name IN ('pg_trgm', 'unaccent', 'pg_stat_statements') ORDER BY name`);
  expect(extensions.map((it) => it['name'])).toEqual(['pg_stat_statements', 'pg_trgm', 'unaccent']);
});
