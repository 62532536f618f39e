/**
 * Conditions on the transaction that wrote a row (`xmin`), regardless of the row's columns. A checkpoint's base is the oldest
 * transaction that was open. Rows of older transactions are settled: the checkpoint saw them. All other rows count as written since,
 * so that each row counts once, also if it was committed while the checkpoint was made.
 */

/** Whether row `alias` was written since a checkpoint of which `age` is the age, as SQL. */
export const writtenSince = (alias: string, age: string): string => `age(${alias}.xmin) <= ${age}`;

/** Whether row `alias` was written before the running snapshot's oldest open transaction, as SQL. */
export const isSettled = (alias: string): string =>
  `age(${alias}.xmin) > (SELECT age(pg_snapshot_xmin(pg_current_snapshot())::xid))`;
