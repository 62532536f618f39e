import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { QueryRunner } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { createIndexConcurrently } from './concurrent-index.js';
import { loadMigrations, type MigrationClass, statementsOf } from './migrations.js';

/** Rules about taste, or about what the migrator does for all: it sets time limits and a transaction of its own. */
const LEFT_OUT = [
  'ban-char-field', 'prefer-bigint-over-int', 'prefer-bigint-over-smallint', 'prefer-robust-stmts',
  'require-lock-timeout', 'require-statement-timeout',
]; // prettier-ignore

/** Loaded before the tests and their time limits: on a busy machine this takes longest. */
const all = await loadMigrations();

/** The last migration before this check began. Those until then met tables that were new or small. */
const UNCHECKED_UNTIL = 1_700_000_041_020;

const squawk = path.join(
  path.dirname(createRequire(import.meta.url).resolve('squawk-cli/package.json')),
  'js',
  'bin',
  'squawk',
);

/**
 * Returns the rules of Squawk (https://squawkhq.com/docs/rules) that statements break: they would lock a table for long, or break what runs.
 * It reads no text inside of DO blocks and functions.
 */
function rulesBrokenBy(sql: string, options: readonly string[]): string[] {
  const args = [
    ...options,
    '--reporter',
    'json',
    '--pg-version',
    '15',
    '--exclude',
    LEFT_OUT.join(','),
    '--stdin-filepath',
    'x.sql',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, [squawk, ...args], { input: sql, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly rule_name: string }[]).map(({ rule_name: rule }) => rule);
}

/** Returns the rules that a migration breaks, and what it does that can't be checked: anything but a query, and what follows once it needs rows. */
async function complaintsAbout(migration: MigrationClass): Promise<string[]> {
  const calls = await statementsOf(migration);
  const [queries, others] = [calls.filter(isQuery), calls.filter((call) => !isQuery(call))];
  const options = new migration().transaction === false ? [] : ['--assume-in-transaction'];
  return [...rulesBrokenBy(queries.map(sqlOf).join('\n'), options), ...others.map((call) => `unchecked: ${call}`)];
}

const isQuery = (call: string) => call.startsWith('["runner.query"');

function sqlOf(call: string): string {
  const [, sql] = JSON.parse(call) as [string, string];
  return `${sql.trim().replace(/;$/, '')};`;
}

/** A migration of these statements. */
const migrationOf = (...statements: readonly string[]): MigrationClass =>
  class {
    async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }
    down = () => Promise.resolve();
  };

describe('A migration', () => {
  it.each([
    ['CREATE INDEX orders_note ON orders (note)', 'require-concurrent-index-creation'],
    ['DROP INDEX orders_note', 'require-concurrent-index-deletion'],
    ['ALTER TABLE orders ADD CONSTRAINT orders_note CHECK (note > 0)', 'constraint-missing-not-valid'],
    ['ALTER TABLE orders ALTER COLUMN total TYPE numeric', 'changing-column-type'],
    ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL', 'adding-not-nullable-field'],
    ['ALTER TABLE orders ADD COLUMN note int NOT NULL', 'adding-required-field'],
    ['ALTER TABLE orders ADD COLUMN note uuid DEFAULT gen_random_uuid()', 'adding-field-with-default'],
    ['ALTER TABLE orders DROP COLUMN note', 'ban-drop-column'],
    ['ALTER TABLE orders RENAME COLUMN note TO remark', 'renaming-column'],
    ['no SQL', 'syntax-error'],
  ])('that says %s breaks the rule %s', async (statement, rule) => {
    expect(await complaintsAbout(migrationOf(statement))).toContain(rule);
  });

  it('may do all that with a table of its own, and what locks nothing for long with others', async () => {
    const harmless = migrationOf(
      'CREATE TABLE notes (id int PRIMARY KEY, text text NOT NULL);',
      'CREATE INDEX notes_text ON notes (text)',
      'ALTER TABLE orders ADD COLUMN note int NOT NULL DEFAULT 0, ADD CONSTRAINT note CHECK (note >= 0) NOT VALID',
      'ALTER TABLE orders VALIDATE CONSTRAINT other',
    );
    expect(await complaintsAbout(harmless)).toEqual([]);
  });

  it('may create an index concurrently outside of a transaction', async () => {
    class Index {
      transaction = false;
      up = (runner: QueryRunner) => createIndexConcurrently(runner, { name: 'note', definition: 'ON orders (note)' });
      down = () => Promise.resolve();
    }
    expect(await complaintsAbout(Index)).toEqual([]);
  });

  it("says so when it does what can't be checked", async () => {
    class Unreadable {
      up = (runner: QueryRunner) => runner.clearTable('notes');
      down = () => Promise.resolve();
    }
    expect(await complaintsAbout(Unreadable)).toEqual(['unchecked: ["runner.clearTable","notes"]']);
  });
});

it('no new migration locks a table for long or breaks what runs', async () => {
  const migrations = all.filter(({ name }) => Number(/\d+$/.exec(name)) > UNCHECKED_UNTIL);
  expect(migrations.length).toBeGreaterThan(0);
  for (const migration of migrations) {
    const broken = await complaintsAbout(migration);
    expect({ migration: migration.name, broken }).toEqual({ migration: migration.name, broken: [] });
  }
});
