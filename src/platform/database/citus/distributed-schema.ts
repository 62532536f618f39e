import { Client } from 'pg';
import type { Shop } from '../shops/directory.js';
import { carrySequences } from './sequences.js';

const HAS_CITUS = `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS citus`;
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

/** Has sequences that a migration made count on each node as in plain PostgreSQL, where the shop is in a Citus cluster. Safe to repeat. */
export async function carryNewSequences(url: string, { schema, role }: Pick<Shop, 'schema' | 'role'>): Promise<void> {
  if (await isDistributed(url, schema)) await carrySequences(url, schema, role);
}

async function isDistributed(url: string, schema: string): Promise<boolean> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ citus: boolean }>(HAS_CITUS);
    if (!rows[0]!.citus) return false;
    return (await client.query<{ distributed: boolean }>(DISTRIBUTED, [schema])).rows[0]!.distributed;
  } finally {
    await client.end();
  }
}

/**
 * Has Citus distribute a schema, which is on the coordinator until then: all its tables go to one node, which Citus chooses. Till's triggers read and write
 * tables of their own schema alone, all of them on that node, so they are as safe as in plain PostgreSQL. Does nothing where that has been done.
 */
async function distributeSchema(url: string, schema: string, report: (message: string) => void): Promise<void> {
  if (await isDistributed(url, schema)) return;
  report('giving the shop to a node');
  const client = await connect(url);
  try {
    await client.query('SET citus.enable_unsafe_triggers = on');
    await client.query('SELECT citus_schema_distribute($1)', [schema]);
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'till-shops' });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  return client;
}
