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
/** How long a connection waits for a new answer where there is an older one, in milliseconds. */
const PATIENCE_MS = 200;

/**
 * The node on which the schema of a shop is, for new connections. Where the cluster's coordinator is away or slow, the last answer holds, so that it holds up
 * no shop of another node.
 */
export class NodeOfShop {
  private known: Address | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<Address | undefined> | undefined;
  private hasLeft = false;

  /** `ask` returns the node that has the schema now; `undefined` for a schema that is not distributed. */
  constructor(private readonly ask: () => Promise<Address | undefined>) {}

  /** Asks anew for the next connection, which waits for the answer: the schema has come to another node. */
  forget(): void {
    this.askedAt = Number.NEGATIVE_INFINITY;
    this.hasLeft = true;
  }

  /** Returns the node's address; `undefined` for a schema that is not distributed, which is where the URL leads. */
  async find(): Promise<Address | undefined> {
    if (performance.now() - this.askedAt < HOLDS_MS) return this.known;
    const answer = (this.asking ??= this.renew().finally(() => (this.asking = undefined)));
    return this.known === undefined || this.hasLeft ? answer : orAfterPatience(answer, this.known);
  }

  private async renew(): Promise<Address | undefined> {
    try {
      this.known = await this.ask();
      this.askedAt = performance.now();
      this.hasLeft = false;
    } catch (error) {
      if (this.known === undefined) throw error;
    }
    return this.known;
  }
}

/** The last answer where the new one takes longer than a connection has patience. */
async function orAfterPatience(answer: Promise<Address | undefined>, last: Address): Promise<Address | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<Address>((resolve) => {
    timer = setTimeout(() => resolve(last), PATIENCE_MS);
  });
  return Promise.race([answer, patience]).finally(() => clearTimeout(timer));
}

/** Asks the cluster that the URL leads to. */
export async function askForNode(url: string, schema: string): Promise<Address | undefined> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: 'till nodes',
  });
  client.on('error', () => undefined); // the running statement fails too
  try {
    await client.connect();
    return (await client.query<Address & { host: string }>(NODE, [schema])).rows[0];
  } finally {
    client.end().catch(() => undefined);
  }
}
