import assert from 'node:assert/strict';
import type { Till } from './till.js';

const COUNTS = `
  SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM orders) AS orders,
    (SELECT count(*)::int FROM payments) AS payments,
    (SELECT count(*)::int FROM events WHERE type = 'order.placed') AS placed`;

/** A shop has what the models of its runs made, and nothing else. */
export async function assertOwn(till: Till): Promise<void> {
  const [counts] = await till.sql(COUNTS);
  assert.deepEqual(counts, { ...till.made, placed: till.made.orders }, 'a shop has what none of its runs made');
}

/** All columns of a kind that ids are of; partitions are read by way of their tables. */
const COLUMNS = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS table, quote_ident(a.attname) AS column, n.nspname AS schema
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
    AND (n.nspname IN ('public', 'sandbox') OR n.nspname LIKE 'shop\\_%')`;
/** Tables with a row for each thing that a run makes. */
const THINGS = /\.(users|sessions|products|orders|payments|refunds|payment_attempts|events|fulfillments)$/;

/**
 * No id of one shop is anywhere in another. Returns how many there are. `isAll`: all columns of all tables, instead of the ids of
 * what requests make.
 */
export async function assertApart({ sql }: Till, isAll: boolean): Promise<number> {
  const all = await sql<Record<'table' | 'column' | 'schema', string>>(COLUMNS);
  const looked = isAll ? all : all.filter(({ table, column }) => column === 'id' && THINGS.test(table));
  const values = looked.map(({ table, column, schema }) => {
    const shop = schema === 'sandbox' ? 'public' : schema;
    return `SELECT '${shop}' AS shop, '${table}.${column}' AS place, ${column} AS id FROM ${table} WHERE ${column} IS NOT NULL`;
  });
  const [found] = await sql<{ ids: number; leaks: unknown }>(`
    WITH one AS (SELECT id, count(DISTINCT shop) AS shops, array_agg(DISTINCT place) AS places
      FROM (${values.join(' UNION ALL ')}) v GROUP BY id)
    SELECT count(*)::int AS ids, json_agg(one) FILTER (WHERE shops > 1) AS leaks FROM one`);
  assert.equal(found!.leaks, null, `ids of one shop are in another: ${JSON.stringify(found!.leaks)?.slice(0, 2000)}`);
  assert.ok(found!.ids > 0, 'no id was looked at');
  return found!.ids;
}
