import type { Transaction } from '../platform/database/index.js';

/** Rows per statement, so that no statement takes long. */
const BATCH = 5000;

/** Deletes rows whose `expires_at` has passed. */
export async function deleteExpired(tx: Transaction, table: 'identity_flows' | 'passkey_challenges'): Promise<void> {
  const expired = `SELECT ctid FROM ${table} WHERE expires_at < now() LIMIT ${BATCH}`;
  const sql = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${expired})) RETURNING 1`;
  while ((await tx.run(() => tx.query(sql))).length === BATCH);
}
