import { type Client, types } from 'pg';
import type { DataSourceOptions } from 'typeorm';

// bigint arrives as a number: Till's amounts fit, and anything that would not is refused rather than rounded.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database sent ${text}, which is no safe integer.`);
  return value;
});

/** How long the API waits for a connection or an answer before it says 503, in milliseconds. */
export const DATABASE_TIMEOUT_MS = 4000;

/** TypeORM's options for one database; `poolSize` connections at most. */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    synchronize: false,
    applicationName: 'till',
    extra: {
      max: poolSize,
      connectionTimeoutMillis: DATABASE_TIMEOUT_MS - 1000,
      query_timeout: DATABASE_TIMEOUT_MS,
      statement_timeout: DATABASE_TIMEOUT_MS,
      idle_in_transaction_session_timeout: 10_000,
      keepAlive: true,
      onConnect: prepareClient,
    },
  } as DataSourceOptions;
}

/**
 * A connection that dies tells its listeners, and a Node process without listeners for an error ends. Those of the pool
 * and of TypeORM come and go with each borrower; this one stays. The statements in flight fail by themselves.
 *
 * Prepared statements keep one plan for all parameters: PostgreSQL would plan those that unnest an array anew each time.
 * They all find a few rows by key, so that plan must be nested loops over indexes, whatever size the tables had when it was
 * made. What reads many rows is planned by itself (`Transaction.queryOnce`, `Transaction.snapshot`).
 */
async function prepareClient(client: Client): Promise<void> {
  client.on('error', () => {});
  await client.query(planning('by-key'));
}

/**
 * The statement that says how statements are planned: `by-key` for the session, as above; `freely` for one transaction, each
 * for its own parameters and over whole tables where that is cheaper.
 */
export function planning(how: 'by-key' | 'freely'): string {
  const free = how === 'freely';
  const settings = {
    plan_cache_mode: free ? 'force_custom_plan' : 'force_generic_plan',
    enable_seqscan: free,
    enable_hashjoin: free,
    enable_mergejoin: free,
    jit: free,
  };
  return `SELECT ${Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', ${free})`)}`;
}
