import { Client } from 'pg';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The primary that has the tables of a distributed schema; every node of the cluster knows it. */
const NODE = `
  SELECT n.nodename AS host, n.nodeport AS port FROM pg_dist_schema s
  JOIN pg_dist_partition t USING (colocationid) JOIN pg_dist_shard d USING (logicalrelid) JOIN pg_dist_placement p USING (shardid)
  JOIN pg_dist_node n USING (groupid) WHERE s.schemaid = to_regnamespace($1) AND n.noderole = 'primary' LIMIT 1`;
/** How long an answer holds, in milliseconds: a shop that moved is found within that time. */
const HOLDS_MS = 2000;
const TIMEOUT_MS = 2000;

/**
 * The node on which the schema of a shop is, for new connections. Where the cluster's coordinator is away, the last answer holds, so that it holds up no
 * shop of another node.
 */
export class NodeOfShop {
  private known: Address | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<Address | undefined> | undefined;

  constructor(
    private readonly url: string,
    private readonly schema: string,
  ) {}

  /** Asks anew for the next connection: the schema has come to another node. */
  forget(): void {
    this.askedAt = Number.NEGATIVE_INFINITY;
  }

  /** Returns the node's address; `undefined` for a schema that is not distributed, which is where the URL leads. */
  async find(): Promise<Address | undefined> {
    if (performance.now() - this.askedAt < HOLDS_MS) return this.known;
    try {
      this.known = await (this.asking ??= this.ask().finally(() => (this.asking = undefined)));
      this.askedAt = performance.now();
    } catch (error) {
      if (this.known === undefined) throw error;
    }
    return this.known;
  }

  private async ask(): Promise<Address | undefined> {
    const client = new Client({
      connectionString: this.url,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      application_name: 'till nodes',
    });
    client.on('error', () => undefined); // the running statement fails too
    try {
      await client.connect();
      return (await client.query<Address & { host: string }>(NODE, [this.schema])).rows[0];
    } finally {
      client.end().catch(() => undefined);
    }
  }
}
