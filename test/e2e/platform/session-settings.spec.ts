import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, startApi } from '../../support/api.js';
import { assertBooks } from '../../support/books.js';
import { createDatabase } from '../../support/database.js';

/** What a DBA may set for a role or a database, each with a value that changes what Till reads or how long it waits. */
const foreign = {
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  extra_float_digits: '-10',
  array_nulls: 'off',
  standard_conforming_strings: 'off',
  statement_timeout: '1h',
  lock_timeout: '1h',
  idle_in_transaction_session_timeout: '0',
  synchronous_commit: 'off',
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
} as const;

describe.each(['DATABASE', 'ROLE'] as const)('What ALTER %s sets', (kind) => {
  let api: Api;
  beforeAll(async () => {
    const database = await createDatabase();
    api = await startApi({ DATABASE_URL: database.url });
    const name = kind === 'DATABASE' ? database.url.split('/').pop() : 'till';
    const role = kind === 'ROLE' ? `ROLE ${name} IN DATABASE ${database.url.split('/').pop()}` : `DATABASE ${name}`;
    for (const [setting, value] of Object.entries(foreign)) await api.sql(`ALTER ${role} SET ${setting} = '${value}'`);
    await api.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  });
  afterAll(() => api?.close());

  it('changes nothing of what Till relies on', async () => {
    const shopper = await api.person();
    const mug = await api.product(5);
    const placed = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    expect(placed.status).toBe(201);
    expect(Math.abs(Date.parse(placed.body.createdAt) - Date.now())).toBeLessThan(60_000);
    expect((await api.orderOf(placed.body)).createdAt).toBe(placed.body.createdAt);
    expect((await api.pay(shopper, placed.body)).status).toBe(201);
    await assertBooks(api);
    const session = await api.app
      .get(DataSource)
      .query<{ name: string; setting: string }[]>('SELECT name, setting FROM pg_settings WHERE lower(name) = ANY($1)', [
        Object.keys(foreign),
      ]);
    expect(Object.fromEntries(session.map(({ name, setting }) => [name.toLowerCase(), setting]))).toEqual({
      datestyle: 'ISO, MDY',
      intervalstyle: 'postgres',
      timezone: 'UTC',
      bytea_output: 'hex',
      extra_float_digits: '1',
      array_nulls: 'on',
      standard_conforming_strings: 'on',
      statement_timeout: '4000',
      lock_timeout: '250',
      idle_in_transaction_session_timeout: '10000',
      synchronous_commit: 'on',
      plan_cache_mode: 'force_custom_plan',
      enable_seqscan: 'on',
    });
  });
});
