/**
 * The key of an advisory lock, as SQL. Advisory locks belong to the whole database, so in the schema of a further shop the key is that
 * shop's own; in the schema that a database has anyway it is `key`, as it always was: processes of two versions meet at it.
 */
export function shopLock(key: string | number): string {
  return `(CASE WHEN current_schema() LIKE 'shop\\_%' THEN hashtextextended(current_schema(), ${key}) ELSE ${key} END)`;
}
