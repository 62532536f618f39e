import { Client } from 'pg';
import type { Shop } from '../shops/directory.js';
import { carrySequences } from './sequences.js';

const DISTRIBUTED = `SELECT EXISTS (SELECT FROM pg_dist_schema WHERE schemaid = to_regnamespace($1)) AS distributed`;

/** Gives a shop to a node of the Citus cluster whose coordinator `url` leads to, as the owner of its schema. Safe to interrupt and to repeat. */
export async function distributeShop(
  url: string,
  { schema, role }: Pick<Shop, 'schema' | 'role'>,
  report: (message: string) => void = () => undefined,
): Promise<void> {
  await distributeSchema(url, schema, report);
  await carrySequences(url, schema, role);
}

/**
 * Has Citus distribute a schema, which is on the coordinator until then: all its tables go to one node, which Citus chooses. Till's triggers read and write
 * tables of their own schema alone, all of them on that node, so they are as safe as in plain PostgreSQL. Does nothing where that has been done.
 */
async function distributeSchema(url: string, schema: string, report: (message: string) => void): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  try {
    const { rows } = await client.query<{ distributed: boolean }>(DISTRIBUTED, [schema]);
    if (rows[0]!.distributed) return;
    report('giving the shop to a node');
    await client.query('SET citus.enable_unsafe_triggers = on');
    await client.query('SELECT citus_schema_distribute($1)', [schema]);
  } finally {
    await client.end();
  }
}
