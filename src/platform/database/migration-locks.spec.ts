import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadMigrations, statementsOf } from './migrations.js';

/** Rules about taste, or about what the migrator does for all: it sets time limits and a transaction of its own. */
const LEFT_OUT = [
  'ban-char-field', 'prefer-bigint-over-int', 'prefer-bigint-over-smallint', 'prefer-robust-stmts',
  'require-lock-timeout', 'require-statement-timeout',
]; // prettier-ignore

/** The last migration before this check began. Those until then met tables that were new or small. */
const UNCHECKED_UNTIL = 1_700_000_041_020;

const squawk = path.join(
  path.dirname(createRequire(import.meta.url).resolve('squawk-cli/package.json')),
  'js',
  'bin',
  'squawk',
);

/** Returns the rules of Squawk (https://squawkhq.com/docs/rules) that a migration breaks: it would lock a table for long, or break what runs. */
function brokenRules(sql: string): string[] {
  const args = [
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

/** Returns the SQL of a call that was noted by `statementsOf`. */
function sqlOf(call: string): string[] {
  if (!call.startsWith('["runner.query"')) return [];
  const [, sql] = JSON.parse(call) as [string, string];
  return [`${sql.trim().replace(/;$/, '')};`];
}

it('names what locks a table for long', () => {
  expect(brokenRules('CREATE INDEX orders_note ON orders (note);')).toEqual(['require-concurrent-index-creation']);
  expect(brokenRules('ALTER TABLE orders ALTER COLUMN total TYPE numeric;')).toEqual(['changing-column-type']);
});

it('no new migration locks a table for long or breaks what runs', async () => {
  const migrations = (await loadMigrations()).filter(({ name }) => Number(/\d+$/.exec(name)) > UNCHECKED_UNTIL);
  expect(migrations.length).toBeGreaterThan(0);
  for (const migration of migrations) {
    const sql = (await statementsOf(migration)).flatMap(sqlOf).join('\n');
    expect({ migration: migration.name, broken: brokenRules(sql) }).toEqual({ migration: migration.name, broken: [] });
  }
});
