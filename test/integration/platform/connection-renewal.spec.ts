import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { renewConnections } from '../../../src/platform/database/wire/connection-renewal.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
/** Of two shops in one process: each has a pool of its own. */
let north: DataSource;
let south: DataSource;
const open = () => new DataSource(dataSourceOptions(database.url, 1)).initialize();
beforeAll(async () => {
  database = await createDatabase();
  north = await open();
  south = await open();
});
afterAll(async () => {
  await north?.destroy();
  await south?.destroy();
  await database?.drop();
});

async function connectionOf(source: DataSource): Promise<number> {
  const [row] = await source.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
  return row!.pid;
}

async function renew(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  renewConnections(runner, (await runner.connect()) as PoolClient, 'changed-schema');
  await runner.release();
}

it('Each pool replaces its connections, whatever others did since they were opened', async () => {
  const before = { north: await connectionOf(north), south: await connectionOf(south) };
  await renew(north);
  expect(await connectionOf(north)).not.toBe(before.north);
  expect(await connectionOf(south)).toBe(before.south);
  await renew(south);
  expect(await connectionOf(south)).not.toBe(before.south);
});
