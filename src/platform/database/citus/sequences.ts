import { Client, escapeIdentifier } from 'pg';
import type { Address } from './node-of-shop.js';

interface Sequence {
  readonly name: string;
  readonly type: string;
  readonly start: number;
  /** The column that it counts. */
  readonly table: string;
  readonly column: string;
}

type Counted = Sequence & { readonly most: number };

const NODES = `SELECT nodename AS host, nodeport AS port FROM pg_dist_node WHERE noderole = 'primary' AND isactive`;
const SEQUENCES = `
  SELECT s.relname AS name, q.seqtypid::regtype::text AS type, q.seqstart::float8 AS start, t.relname AS table, a.attname AS column
  FROM pg_class s JOIN pg_sequence q ON q.seqrelid = s.oid
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
  WHERE s.relnamespace = to_regnamespace($1) AND s.relkind = 'S'`;
/** Whether a node counts otherwise than plain PostgreSQL (Citus has small types at their end there), or has not come as far as the rows. */
const DIFFERS = `
  SELECT start_value::float8 <> $3 OR coalesce(last_value, 0) < $4 OR coalesce(last_value, 0) = max_value AS differs FROM pg_sequences WHERE schemaname = $1 AND sequencename = $2`;

/**
 * Has the sequences of a shop count on each node as in plain PostgreSQL, from the greatest value in its table on. Citus gives each node a range of its own,
 * of which small types have no second one; but a shop is on one node at a time, so its numbers stay small and without repeats. Called when a shop is
 * distributed and, before anybody writes there, when it has come to another node. `url` leads to the coordinator as the owner of the schema. Safe to repeat.
 */
export async function carrySequences(url: string, schema: string, role: string | null = null): Promise<void> {
  await on(url, undefined, async (coordinator) => {
    const nodes = (await coordinator.query<Address & { host: string }>(NODES)).rows;
    const counted: Counted[] = [];
    for (const sequence of (await coordinator.query<Sequence>(SEQUENCES, [schema])).rows) {
      const sql = `SELECT coalesce(max(${escapeIdentifier(sequence.column)}), 0)::float8 AS most FROM ${schema}.${escapeIdentifier(sequence.table)}`;
      const { rows } = await coordinator.query<{ most: number }>(sql);
      counted.push({ ...sequence, most: rows[0]!.most });
    }
    for (const node of nodes) await on(url, node, (client) => carry(client, schema, counted, role));
  });
}

async function carry(
  client: Client,
  schema: string,
  sequences: readonly Counted[],
  role: string | null,
): Promise<void> {
  await client.query('SET citus.enable_ddl_propagation = off');
  for (const { name, type, start, most } of sequences) {
    const sequence = `${schema}.${escapeIdentifier(name)}`;
    await client.query(`CREATE SEQUENCE IF NOT EXISTS ${sequence} AS ${type} START ${start}`);
    const { rows } = await client.query<{ differs: boolean }>(DIFFERS, [schema, name, start, most]);
    if (!rows[0]!.differs) continue;
    const next = Math.max(start, most + 1);
    await client.query(
      `ALTER SEQUENCE ${sequence} MINVALUE 1 MAXVALUE ${GREATEST[type]} START ${start} RESTART WITH ${next}`,
    );
  }
  if (role !== null)
    await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${escapeIdentifier(role)}`);
}

/** The greatest value of each type that a sequence may have. */
const GREATEST: Readonly<Record<string, string>> = {
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
};

/** A connection to a node, or to where the URL leads. */
async function on(url: string, node: Address | undefined, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'till-shops' });
  client.on('error', () => undefined); // the running statement fails too
  Object.assign(client, node);
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
