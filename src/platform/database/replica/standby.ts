import { type Client, Pool } from 'pg';
import { schemaIn } from '../../config/index.js';
import { configureStandbyConnection } from '../wire/session.js';
import { DATABASE_TIMEOUT_MS } from '../timeouts.js';

/** How long the standby is left alone after it was behind or did not answer, in milliseconds. */
const AVOIDED_MS = 1000;
/** How long a connection to it may take, so that a standby which is away costs a request less than its client notices. */
const CONNECT_TIMEOUT_MS = 1000;

/** The connections to a standby, and whether it is worth a try. */
export class Standby {
  readonly pool: Pool;
  private avoidedUntil = 0;

  constructor(url: string, poolSize: number) {
    const schema = schemaIn(url);
    this.pool = new Pool({
      connectionString: url,
      application_name: 'till',
      max: poolSize,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: DATABASE_TIMEOUT_MS,
      keepAlive: true,
      onConnect: ((client: Client) => configureStandbyConnection(client, schema)) as never,
    });
    this.pool.on('error', () => {}); // an idle connection broke: the next read opens another, or finds the standby away
  }

  get isAvoided(): boolean {
    return performance.now() < this.avoidedUntil;
  }

  /** Leaves it alone for a while: reads of this time go to the primary without a try. */
  avoid(): void {
    this.avoidedUntil = performance.now() + AVOIDED_MS;
  }
}
