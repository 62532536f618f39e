import type { Client } from 'pg';

export interface BackupRun {
  readonly kind: 'backup' | 'drill';
  /** The name of the backup. */
  readonly backup: string;
  /** Of the encrypted file. */
  readonly bytes: number;
  readonly seconds: number;
}

const EXISTS = `SELECT to_regclass('backup_runs') IS NOT NULL AS exists`;
const INSERT = 'INSERT INTO backup_runs (kind, backup, bytes, seconds) VALUES ($1, $2, $3, $4)';

/** Notes in the database that a backup or a drill succeeded, for the metrics of the worker. A backup before an upgrade finds no table. */
export async function recordRun(client: Client, { kind, backup, bytes, seconds }: BackupRun): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(EXISTS);
  if (rows[0]?.exists) await client.query(INSERT, [kind, backup, bytes, seconds]);
}
