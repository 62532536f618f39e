/** A place in the write-ahead log of one database. Places of different lineages can't be compared. */
export interface Position {
  /** Server family (system identifier), timeline and database; null if the server is not what was asked for. */
  readonly lineage: string | null;
  readonly bytes: number;
}

/**
 * What the primary has committed: no commit is acknowledged before it is flushed, since sessions never have `synchronous_commit = off`. A server in
 * recovery refuses it.
 */
export const COMMITTED = `
  SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
      ('x' || left(pg_walfile_name(flushed), 8))::bit(32)::int, current_database()) AS lineage,
    (flushed - '0/0'::pg_lsn)::bigint AS bytes
  FROM pg_current_wal_flush_lsn() AS flushed`;

/** What a standby has replayed, all of which its next statement sees. No lineage on a server that is no standby (any more). */
export const REPLAYED = `
  SELECT CASE WHEN pg_is_in_recovery() THEN concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
      (SELECT min_recovery_end_timeline FROM pg_control_recovery()), current_database()) END AS lineage,
    coalesce((pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint, 0) AS bytes`;

/** Whether a standby at `replayed` has all that the primary had at `committed`. */
export function covers(replayed: Position, committed: Position): boolean {
  return isRelated(replayed, committed) && replayed.bytes >= committed.bytes;
}

/** Whether both are of one database and one history, so that a standby which is behind will arrive there. */
export function isRelated(replayed: Position, committed: Position): boolean {
  return replayed.lineage !== null && replayed.lineage === committed.lineage;
}
