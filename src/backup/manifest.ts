import { z } from 'zod';

/** The ending of an encrypted dump, and of the manifest beside it. */
export const DUMP = '.dump.age';
export const MANIFEST = '.json';

const whole = z.number().int().nonnegative();

/** What a backup holds, as a file beside it: no personal data, so it is not encrypted. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** The name of both files without their endings. */
  name: z.string().regex(/^till-[\w-]+$/),
  /** The version of Till that made it. */
  till: z.string(),
  /** The major version of the server, which `pg_restore` needs too. */
  postgres: whole,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  seconds: z.number(),
  /** Of the encrypted file. */
  bytes: whole,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  recipients: z.array(z.string()),
  /** The newest migration in it. */
  migration: z.string().nullable(),
  /** The end of the ledger's chain of seals, and of the proof's chain of checkpoints (docs/proof.md). */
  ledger: z.object({ sealed: whole, head: z.string().nullable() }),
  /** Rows by table. */
  rows: z.record(z.string(), whole),
});
export type Manifest = z.output<typeof manifestSchema>;

/** What a database holds, read in the snapshot that is dumped. */
export type Contents = Pick<Manifest, 'postgres' | 'migration' | 'ledger' | 'rows'>;

/** Returns the differences between the rows and the chain that a backup had and those of a copy, a text each. */
export function differences(backup: Contents, copy: Contents): string[] {
  const tables = new Set([...Object.keys(backup.rows), ...Object.keys(copy.rows)]);
  const rows = [...tables]
    .filter((table) => backup.rows[table] !== copy.rows[table])
    .map(
      (table) => `${table}: ${backup.rows[table] ?? 'no'} rows in the backup, ${copy.rows[table] ?? 'no'} in the copy`,
    );
  const pairs = [
    ['the newest migration', backup.migration, copy.migration],
    ['the number of sealed ledger transactions', backup.ledger.sealed, copy.ledger.sealed],
    ['the head of the ledger', backup.ledger.head, copy.ledger.head],
  ] as const;
  const facts = pairs
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `${what}: ${one ?? 'none'} in the backup, ${other ?? 'none'} in the copy`);
  return [...rows, ...facts];
}
