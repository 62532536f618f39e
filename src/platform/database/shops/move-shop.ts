import { Client } from 'pg';
import { Cluster, type ClusterNode, nameOf } from '../citus/cluster.js';
import { moveSchema, type MoveOptions } from '../citus/schema-move.js';
import { carrySequences } from '../citus/sequences.js';
import { MigrationRefused } from '../migration-session.js';
import { lockOfSchema, MIGRATION_LOCK_KEY, MOVE_LOCK } from '../shop-lock.js';
import { type Shop, withDirectory } from './directory.js';

/** A shop that has moved. */
export interface MovedShop {
  readonly shop: string;
  /** The nodes, as `host:port`. */
  readonly from: string;
  readonly to: string;
  /** For how long its writes waited, in milliseconds. */
  readonly pauseMs: number;
}

const LOCKS = `SELECT pg_try_advisory_lock($1) AS alone`;
const MOVER = `
  SELECT a.pid, to_char(a.backend_start, 'HH24:MI:SS') AS since FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ${MOVE_LOCK} AND l.mode = 'ExclusiveLock'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Moves a shop to another node of the Citus cluster whose coordinator is at `url`, while it sells: its writes wait for a moment. Safe to interrupt and to
 * repeat: the shop is at the old place or at the new one, and what a move left is removed. `to` is `host:port`, or a host that has one node.
 * @throws MigrationRefused with what stands in the way
 */
export async function moveShop(url: string, slug: string, to: string, options: MoveOptions = {}): Promise<MovedShop> {
  const shop = await withDirectory(url, (directory) => directory.find(slug));
  if (!shop) throw new MigrationRefused(`There is no shop ${slug}: till shops list shows them.`);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'till move' });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  try {
    const cluster = new Cluster(client);
    await assertCoordinator(cluster);
    await lock(client, shop);
    const { from, target } = await wayOf(cluster, shop, to);
    await assertMovable(cluster, shop, [from, target]);
    options.report?.(`moving from ${nameOf(from)} to ${nameOf(target)}`);
    await carrySequences(url, shop.schema, shop.role);
    const { pauseMs } = await moveSchema({ client, url }, shop.schema, { from, target }, options);
    return { shop: slug, from: nameOf(from), to: nameOf(target), pauseMs };
  } finally {
    await client.end();
  }
}

/** Waits for nobody: what it excludes may take hours. The locks go with the connection. */
async function lock(client: Client, { slug, schema }: Shop): Promise<void> {
  if (!(await isAlone(client, String(MOVE_LOCK)))) {
    const [mover] = (await client.query<{ pid: number; since: string }>(MOVER)).rows;
    throw new MigrationRefused(
      mover
        ? `Another move is under way (PostgreSQL process ${mover.pid}, since ${mover.since}). Wait for it.`
        : 'A backup, an export or a deletion of a shop is under way. Wait for it, then move the shop.',
    );
  }
  if (await isAlone(client, lockOfSchema(schema, MIGRATION_LOCK_KEY))) return;
  throw new MigrationRefused(`The shop ${slug} is being migrated. Wait for that, then move it.`);
}

async function isAlone(client: Client, key: string): Promise<boolean> {
  return (await client.query<{ alone: boolean }>(LOCKS.replace('$1', key))).rows[0]!.alone;
}

async function assertCoordinator(cluster: Cluster): Promise<void> {
  const role = await cluster.role();
  if (role === 'coordinator') return;
  throw new MigrationRefused(
    role === 'none'
      ? 'The database has no Citus: shops move between the nodes of a Citus cluster only. To move one to another server, export and import it.'
      : 'Only the coordinator of the cluster moves shops: MIGRATION_DATABASE_URL (or DATABASE_URL) leads to one of its workers.',
  );
}

async function wayOf(cluster: Cluster, { slug, schema }: Shop, to: string) {
  const nodes = await cluster.nodes();
  const place = await cluster.placeOf(schema);
  const from = nodes.find(({ id }) => id === place);
  if (!from) {
    throw new MigrationRefused(
      `The shop ${slug} is in no distributed schema, so no node has it alone: repeat till shops create ${slug} with DATABASE_CITUS=on.`,
    );
  }
  const named = nodes.filter((node) => nameOf(node) === to || node.host === to);
  const others = nodes.filter(({ takesSchemas, isActive, id }) => takesSchemas && isActive && id !== from.id);
  const choice = `Nodes that may have it: ${others.map(nameOf).join(', ') || 'none besides the one it is on'}.`;
  if (named.length > 1) throw new MigrationRefused(`Several nodes are at ${to}: name one with its port. ${choice}`);
  const [target] = named;
  if (!target) throw new MigrationRefused(`The cluster has no node ${to}. ${choice}`);
  if (target.id === from.id) throw new MigrationRefused(`The shop ${slug} is on ${nameOf(from)} already. ${choice}`);
  if (!target.isActive || !target.takesSchemas) {
    throw new MigrationRefused(
      `The node ${nameOf(target)} takes no shops: it is ${target.isActive ? 'the coordinator, or it is to be emptied (shouldhaveshards)' : 'not active (citus_activate_node)'}. ${choice}`,
    );
  }
  return { from, target };
}

async function assertMovable(cluster: Cluster, { slug, schema }: Shop, way: readonly ClusterNode[]): Promise<void> {
  const tables = await cluster.tablesWithoutIdentity(schema);
  if (tables.length > 0) {
    throw new MigrationRefused(
      `Tables of ${slug} have neither a primary key nor another replica identity: ${tables.join(', ')}. Logical replication needs one: ALTER TABLE ... REPLICA IDENTITY.`,
    );
  }
  const levels = await cluster.walLevels();
  for (const node of way) {
    const level = levels.find(({ id }) => id === node.id);
    if (!level?.success)
      throw new MigrationRefused(`The node ${nameOf(node)} does not answer. Bring it back, then move the shop.`);
    if (level.result === 'logical') continue;
    throw new MigrationRefused(
      `wal_level of the node ${nameOf(node)} is ${level.result}, and shops move by logical replication: ALTER SYSTEM SET wal_level = logical there, and restart it.`,
    );
  }
}
