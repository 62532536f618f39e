/**
 * Conditions on who wrote a row: each row has the transaction that wrote it (`xmin`), whatever the row says of itself. A
 * checkpoint's base is the oldest transaction that was open. What older ones wrote is settled: the checkpoint saw it. The
 * rest was written since, so that each row counts once, also one that was committed while the checkpoint was made.
 */

/** Whether row `alias` was written since a checkpoint of which `age` is the age, as SQL. */
export const writtenSince = (alias: string, age: string): string => `age(${alias}.xmin) <= ${age}`;

/** Whether row `alias` was written before the running snapshot's oldest open transaction, as SQL. */
export const isSettled = (alias: string): string =>
  `age(${alias}.xmin) > (SELECT age(pg_snapshot_xmin(pg_current_snapshot())::xid))`;
