/** Executes one statement and returns its rows. */
type Ask = <R>(sql: string) => Promise<R[]>;

/**
 * Functions of the schema that take a row of a table and whose body PostgreSQL keeps parsed (`RETURN ...`). PostgreSQL 15.20 refuses to add
 * a column with a default to that table; the same body as a text is no obstacle.
 */
const PARSED = `
  SELECT replace(pg_get_functiondef(p.oid), body, format('AS %L', 'SELECT ' || substr(body, length('RETURN ')))) AS text
  FROM pg_proc p, pg_get_function_sqlbody(p.oid) body
  WHERE p.pronamespace = to_regnamespace(current_schema()) AND body LIKE 'RETURN %' AND EXISTS (
    SELECT FROM pg_type t WHERE t.oid = ANY (p.proargtypes) AND t.typrelid <> 0)`;

/** Keeps the bodies of such functions as texts, which changes nothing of what they return. Returns whether there were any. */
export async function keepBodiesAsTexts(ask: Ask): Promise<boolean> {
  const functions = await ask<{ text: string }>(PARSED);
  for (const { text } of functions) await ask(text);
  return functions.length > 0;
}
