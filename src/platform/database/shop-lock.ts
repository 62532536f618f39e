/** The lock of the migrations of one shop. */
export const MIGRATION_LOCK_KEY = 748_455;

/**
 * The key of an advisory lock, as SQL. Advisory locks belong to the whole database, so in the schema of a further shop the key is that
 * shop's own; in the schema that a database has anyway it is `key`, as it always was: processes of two versions meet at it.
 */
export function shopLock(key: string | number): string {
  return `(CASE WHEN current_schema() LIKE 'shop\\_%' THEN hashtextextended(current_schema(), ${key}) ELSE ${key} END)`;
}

/** The same key for the schema of a further shop, from a connection that is not in it. */
export function lockOfSchema(schema: string, key: number): string {
  return `hashtextextended('${schema}', ${key})`;
}

/** The lock of whoever moves a shop to another node. What must see a shop at one place, and what removes one, shares it meanwhile. */
export const MOVE_LOCK = 748_474;
/** Whether no shop is being moved, as SQL; until the end of the transaction, none is. */
export const NOTHING_MOVES = `pg_try_advisory_xact_lock_shared(${MOVE_LOCK})`;
/** What to say where that is false. */
export const SOMETHING_MOVES = 'A shop is being moved to another node of the cluster. Wait for it.';
