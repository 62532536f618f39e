import type { Client } from 'pg';

/** A server of a Citus cluster. */
export interface ClusterNode {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly isActive: boolean;
  /** Whether Citus gives it schemas; the coordinator has none by default. */
  readonly takesSchemas: boolean;
}

const ROLE = `
  SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS "hasCitus"`;
const IS_COORDINATOR = 'SELECT citus_is_coordinator() AS yes';
const NODES = `
  SELECT nodeid AS id, nodename AS host, nodeport AS port, isactive AS "isActive", shouldhaveshards AS "takesSchemas"
  FROM pg_dist_node WHERE noderole = 'primary' ORDER BY nodeid`;
const PLACE = `
  SELECT n.nodeid AS id FROM pg_dist_schema s
  JOIN pg_dist_partition t USING (colocationid) JOIN pg_dist_shard d USING (logicalrelid) JOIN pg_dist_placement p USING (shardid)
  JOIN pg_dist_node n USING (groupid) WHERE s.schemaid = to_regnamespace($1) AND n.noderole = 'primary' LIMIT 1`;
/** Logical replication finds the row that an UPDATE or DELETE means by the replica identity of its table. */
const WITHOUT_IDENTITY = `
  SELECT c.relname AS name FROM pg_class c
  WHERE c.relnamespace = to_regnamespace($1) AND c.relkind IN ('r', 'p') AND c.relreplident <> 'f' AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid
      AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END)
  ORDER BY 1`;
const WAL_LEVELS = `SELECT nodeid AS id, success, result FROM run_command_on_all_nodes('SHOW wal_level')`;

/** What a node says of how much it writes to its log. */
export interface WalLevel {
  readonly id: number;
  /** `false` where the node does not answer. */
  readonly success: boolean;
  readonly result: string;
}

/** Asks a node of a Citus cluster about the cluster. */
export class Cluster {
  constructor(private readonly client: Client) {}

  /** What the server is of a cluster. */
  async role(): Promise<'coordinator' | 'worker' | 'none'> {
    const [{ hasCitus }] = (await this.ask<{ hasCitus: boolean }>(ROLE)) as [{ hasCitus: boolean }];
    if (!hasCitus) return 'none';
    const [{ yes }] = (await this.ask<{ yes: boolean }>(IS_COORDINATOR)) as [{ yes: boolean }];
    return yes ? 'coordinator' : 'worker';
  }

  nodes(): Promise<ClusterNode[]> {
    return this.ask<ClusterNode>(NODES);
  }

  /** The id of the node that has the tables of a schema; `undefined` where the schema is not distributed or has none. */
  async placeOf(schema: string): Promise<number | undefined> {
    return (await this.ask<{ id: number }>(PLACE, [schema]))[0]?.id;
  }

  async tablesWithoutIdentity(schema: string): Promise<string[]> {
    return (await this.ask<{ name: string }>(WITHOUT_IDENTITY, [schema])).map(({ name }) => name);
  }

  walLevels(): Promise<WalLevel[]> {
    return this.ask<WalLevel>(WAL_LEVELS);
  }

  private async ask<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return (await this.client.query<R & Record<string, unknown>>(sql, parameters)).rows;
  }
}

/** A node as people name it: `host:port`. */
export function nameOf({ host, port }: Pick<ClusterNode, 'host' | 'port'>): string {
  return `${host}:${port}`;
}
