import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantRights, migrate, MigrationRefused } from '../../../src/platform/database/index.js';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { asRunningRole, RUNNING_ROLE } from '../../support/running-role.js';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: asRunningRole(database.url) });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const DENIED = '42501';
const OWNED = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user
  UNION ALL SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = current_user
  UNION ALL SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE r.rolname = current_user`;

describe('The role of the processes', () => {
  it('owns nothing', async () => {
    expect((await client.query<{ who: string }>('SELECT current_user AS who')).rows).toEqual([{ who: RUNNING_ROLE }]);
    expect((await client.query(OWNED)).rows).toEqual([]);
  });

  it.each([
    'ALTER TABLE ledger_entries DISABLE TRIGGER ALL',
    'ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only',
    'SET session_replication_role = replica',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    'ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_pkey',
    'DROP TABLE orders',
    'TRUNCATE orders CASCADE',
    'CREATE TABLE more (id int)',
    'CREATE TABLE sandbox.more (id int)',
    'UPDATE ledger_entries SET amount = 0',
    'DELETE FROM ledger_transactions',
    'UPDATE ledger_seals SET hash = hash',
    'DELETE FROM events',
    'DELETE FROM stock_movements',
    "INSERT INTO migrations (timestamp, name) VALUES (1, 'Other1')",
    'DELETE FROM migration_checksums',
    `SET ROLE till`,
  ])('may not: %s', async (sql) => {
    await expect(client.query(sql)).rejects.toMatchObject({ code: DENIED });
  });

  it('reads and writes what it must', async () => {
    await client.query('SELECT FROM migrations; SELECT FROM migration_checksums');
    await client.query(
      `INSERT INTO users (id, email, name, roles) VALUES (gen_random_uuid(), 'a@till.test', 'Ada', '{customer}')`,
    );
    expect((await client.query("UPDATE users SET name = 'Eva' WHERE email = 'a@till.test'")).rowCount).toBe(1);
  });
});

describe('Migrating for a role of the processes', () => {
  it('refuses a role that is not there, that may do everything, or that may become the owner', async () => {
    const other = await createEmptyDatabase();
    const admin = new Client({ connectionString: other.url });
    await admin.connect();
    try {
      await admin.query('CREATE ROLE till_member; GRANT till TO till_member; CREATE ROLE till_super SUPERUSER');
      await migrate(other.url);
      const refusal = (role: string) => grantRights(other.url, role).catch((error: unknown) => error);
      expect(await refusal('nobody"s')).toBeInstanceOf(MigrationRefused);
      expect(await refusal('nobody"s')).toMatchObject({
        message: expect.stringContaining('CREATE ROLE "nobody""s"') as string,
      });
      for (const role of ['till_member', 'till_super'])
        expect(await refusal(role)).toMatchObject({
          message: expect.stringContaining('no constraint would bind it') as string,
        });
    } finally {
      await admin.query('DROP ROLE till_member; DROP ROLE till_super');
      await admin.end();
      await other.drop();
    }
  });

  it('takes away what the role has beyond its rights, and is repeatable', async () => {
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(`GRANT ALL ON ledger_entries TO ${RUNNING_ROLE}`);
    expect(await migrate(database.url, { runningRole: RUNNING_ROLE })).toEqual([]);
    await owner.end();
    await expect(client.query('TRUNCATE ledger_entries')).rejects.toMatchObject({ code: DENIED });
  });
});
