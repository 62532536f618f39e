import type { Client } from 'pg';

/** Catalogue queries that give one text for each object of a schema, as PostgreSQL would write it. */
const PARTS = [
  `SELECT format('column %s %s.%s %s%s%s%s', a.attnum > 0, a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
     CASE WHEN a.attnotnull THEN ' NOT NULL' END, CASE WHEN a.attgenerated <> '' THEN ' GENERATED' END,
     ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid))
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
   WHERE c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND OURS(c.relnamespace)`,
  `SELECT format('table %s %s %s', oid::regclass, relkind, reloptions) FROM pg_class
   WHERE relkind IN ('r', 'v', 'm', 'p', 'S') AND OURS(relnamespace)`,
  `SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
   WHERE OURS(connamespace)`,
  `SELECT format('index %s', indexdef) FROM pg_indexes WHERE OURS(schemaname::regnamespace)`,
  `SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   WHERE NOT t.tgisinternal AND OURS(c.relnamespace)`,
  `SELECT format('function %s', pg_get_functiondef(p.oid)) FROM pg_proc p
   WHERE p.prokind IN ('f', 'p') AND OURS(p.pronamespace)
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
  `SELECT format('view %s', pg_get_viewdef(oid)) FROM pg_class WHERE relkind IN ('v', 'm') AND OURS(relnamespace)`,
  `SELECT format('extension %s', extname) FROM pg_extension`,
];

/** Everything in these schemas of a database, one line for each object, sorted: two databases with the same lines behave the same. */
export async function schemaOf(client: Client, schemas: readonly string[] = ['public', 'sandbox']): Promise<string[]> {
  const ours = schemas.map((name) => `'${name}'`).join(', ');
  const lines: string[] = [];
  for (const part of PARTS) {
    const sql = part.replaceAll(/OURS\(([^)]+)\)/g, `$1::oid::regnamespace::text IN (${ours})`);
    const { rows } = await client.query<[string]>({ text: sql, rowMode: 'array' });
    lines.push(...rows.map(([line]) => line));
  }
  return lines.toSorted();
}
