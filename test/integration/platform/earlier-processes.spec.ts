import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../src/platform/database/index.js';
import { loadMigrations, type MigrationClass } from '../../../src/platform/database/migrations.js';
import { breachesOf, contractOf } from '../../support/contract.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

/** The newest migration of the first release: those until then ran before any process of it. */
const FIRST_RELEASE = 'StatementDescriptor1700000022300';

let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  database = await createEmptyDatabase();
  client = new Client({ connectionString: database.url, application_name: 'test' });
  client.on('error', () => undefined); // the database is dropped with FORCE
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

/**
 * Applies migrations one by one, and returns what each takes from the statements of processes that were made for the schema of the first
 * release. Where a migration says which processes it requires, those count from then on.
 */
async function breaches(migrations: readonly MigrationClass[], begin: number): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  await migrate(database.url, { migrations: migrations.slice(0, begin) });
  let made = await contractOf(client);
  for (const [index, migration] of migrations.entries()) {
    if (index < begin) continue;
    await migrate(database.url, { migrations: migrations.slice(0, index + 1) });
    const newer = await contractOf(client);
    const broken = breachesOf(made, newer);
    if (migration.requires === undefined && broken.length > 0) found[migration.name] = broken;
    if (migration.requires !== undefined || broken.length > 0) made = newer;
  }
  return found;
}

describe('Processes of an earlier release', () => {
  it('find on each newer schema what their statements rely on, unless a migration says otherwise', async () => {
    const all = await loadMigrations();
    expect(await breaches(all, all.findIndex(({ name }) => name === FIRST_RELEASE) + 1)).toEqual({});
  });

  it('miss what a migration takes, and what it demands of them', async () => {
    await client.query(`
      CREATE TABLE notes (id int PRIMARY KEY, text text, likes int NOT NULL DEFAULT 0, language text UNIQUE);
      CREATE FUNCTION greet(name text) RETURNS text LANGUAGE sql AS $$ SELECT name $$`);
    const made = await contractOf(client);
    await client.query(`
      ALTER TABLE notes ADD other int, ADD colour text NOT NULL DEFAULT 'red';
      CREATE TABLE letters (text text NOT NULL)`);
    expect(breachesOf(made, await contractOf(client))).toEqual([]);
    await client.query(`
      ALTER TABLE notes ADD author text NOT NULL, ALTER likes TYPE bigint, ALTER likes DROP DEFAULT, ALTER text SET NOT NULL,
        DROP CONSTRAINT notes_language_key;
      DROP FUNCTION greet; CREATE FUNCTION greet(name text, title text) RETURNS text LANGUAGE sql AS $$ SELECT name $$`);
    expect(breachesOf(made, await contractOf(client))).toEqual([
      'demanded: notes.author',
      'demanded: notes.likes',
      'demanded: notes.text',
      'gone: CREATE UNIQUE ON public.notes USING btree (language)',
      'gone: column notes.likes of type integer',
      'gone: default of notes.likes',
      'gone: function greet(text) returns text',
      'gone: null in notes.text',
    ]);
  });
});
