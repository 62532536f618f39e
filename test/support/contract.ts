import type { Client } from 'pg';

const COLUMNS = `pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND OURS(c.relnamespace)`;
const NAME = 'a.attrelid::regclass, a.attname';

/** Catalogue queries that give one text for each thing of a schema on which statements rely. */
const PROMISES = [
  `SELECT format('column %s.%s of type %s', ${NAME}, format_type(a.atttypid, a.atttypmod)) FROM ${COLUMNS}`,
  `SELECT format('null in %s.%s', ${NAME}) FROM ${COLUMNS} AND NOT a.attnotnull AND a.attgenerated = ''`,
  `SELECT format('default of %s.%s', ${NAME}) FROM ${COLUMNS} AND (a.atthasdef OR a.attidentity <> '')`,
  // ON CONFLICT names its columns and condition.
  `SELECT regexp_replace(indexdef, 'INDEX \\S+ ', '') FROM pg_indexes
   WHERE indexdef LIKE 'CREATE UNIQUE%' AND OURS(schemaname::regnamespace)`,
  `SELECT format('function %s returns %s', p.oid::regprocedure, pg_get_function_result(p.oid)) FROM pg_proc p
   WHERE p.prorettype <> 'trigger'::regtype AND OURS(p.pronamespace)
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
  `SELECT format('sequence %s', oid::regclass) FROM pg_class WHERE relkind = 'S' AND OURS(relnamespace)`,
];

/** Columns that each new row must name. */
const DEMANDS = `SELECT format('%s.%s', ${NAME}) FROM ${COLUMNS} AND c.relkind IN ('r', 'p')
  AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''`;

/** On what of a schema the statements of a process rely, and what they must say. */
export interface Contract {
  /** One line for each column with its type, null that is allowed, default, unique index, function and sequence. */
  readonly promises: readonly string[];
  /** `table.column` of each column without null and default. */
  readonly demands: readonly string[];
}

export async function contractOf(client: Client): Promise<Contract> {
  const promises: string[] = [];
  for (const part of PROMISES) promises.push(...(await linesOf(client, part)));
  return { promises, demands: await linesOf(client, DEMANDS) };
}

async function linesOf(client: Client, query: string): Promise<string[]> {
  const text = query.replaceAll(/OURS\(([^)]+)\)/g, `$1::oid::regnamespace::text IN ('public', 'sandbox')`);
  const { rows } = await client.query<[string]>({ text, rowMode: 'array' });
  return rows.map(([line]) => line);
}

/** The same function for any type of its one parameter, which is called in the same way. */
function general(promise: string): string {
  return promise.replace(/^(function \S+)\(\w+\) /, '$1(anyelement) ');
}

/** Returns what processes that were made for a contract lack under a newer one, sorted: promises that are gone, and demands on their tables. */
export function breachesOf(made: Contract, newer: Contract): string[] {
  const kept = new Set(newer.promises);
  const tables = new Set(made.promises.flatMap((line) => /^column (\S+)\./.exec(line)?.[1] ?? []));
  const known = new Set(made.demands);
  return [
    ...made.promises.filter((line) => !kept.has(line) && !kept.has(general(line))).map((line) => `gone: ${line}`),
    ...newer.demands
      .filter((column) => tables.has(column.split('.')[0] ?? '') && !known.has(column))
      .map((column) => `demanded: ${column}`),
  ].toSorted();
}
