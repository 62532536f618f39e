import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

export const releases = ['0.1.0', '0.1.0-early'] as const;
export type Release = (typeof releases)[number];

/** The SQL that makes a database as the release left it. */
export async function dumpOf(release: Release): Promise<string> {
  const dump = await readFile(new URL('0.1.0.sql', import.meta.url), 'utf8');
  return release === '0.1.0' ? dump : early(dump);
}

/** What the second migration said otherwise before release 0.1.0, and what 0.1.0 made of it. */
const EDITED: readonly (readonly [released: string, early: string])[] = [
  ['position       smallint NOT NULL CHECK (position > 0),', 'position       smallint NOT NULL,'],
  [' AND max(c.last) = sum(c.entries) FROM (', ' FROM ('],
  [', sum(e.amount) AS total, max(e.position) AS last\n', ', sum(e.amount) AS total\n'],
  ['FOR EACH ROW WHEN (NEW.position > 2) EXECUTE FUNCTION', 'FOR EACH ROW EXECUTE FUNCTION'],
  [
    'DROP INDEX ledger_entries_account;\n  CREATE INDEX ledger_entries_account ON ledger_entries (account_id, transaction_id, position);\n',
    '\n',
  ],
];
/** The first statement of the fifth migration, which there was not yet. */
const LATER = 'ALTER TABLE payments ADD reference text';
const RAN = ['Till1700000001000', 'Ledger1700000002000', 'CaptureAndVoid1700000003000', 'UnknownOutcomes1700000004000'];

/**
 * A database made shortly before release 0.1.0, by its first migrations as they were before they were edited; without rows.
 * @throws AssertionError when the dump does not have what was edited
 */
function early(dump: string): string {
  let [sql = ''] = dump.split(LATER);
  assert.notEqual(sql, dump);
  for (const [released, before] of EDITED) {
    assert.equal(sql.split(released).length, 2, released);
    sql = sql.replace(released, before);
  }
  const ran = RAN.map((name) => `INSERT INTO migrations ("timestamp", name) VALUES (${name.slice(-13)}, '${name}');\n`);
  return sql + ran.join('');
}
