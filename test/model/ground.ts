import type { Pool, QueryResult, QueryResultRow } from 'pg';

/** Where a shop's tables are, for who looks at them from outside of Till. */
export interface Database {
  query<R extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<QueryResult<R>>;
}

/** The tables of a shop; those of the sandbox stand among the others in a further one. */
export function databaseOf(pool: Pool, adapt: (sql: string) => string = (sql) => sql): Database {
  return { query: (text, parameters = []) => pool.query(adapt(text), parameters) };
}

/** Seconds by which Till's time runs ahead of the real one. */
export interface Ahead {
  ahead: number;
}

/** Runs with this currency have a limit: what goes back of an order and comes to more, in minor units, needs a second person. */
export const LIMITED = { currency: 'CHF', above: 1200 } as const;

/** The environment of everything that a run is played on, but for its servers. */
export const ways = {
  NODE_ENV: 'test',
  LOG_LEVEL: process.env['TORTURE_LOG'] ?? 'silent',
  RATE_LIMIT_SCALE: '100000',
  DATABASE_GROUP_COMMIT: process.env['DATABASE_GROUP_COMMIT'] ?? 'on',
  // One client plays many customers.
  QUOTA_UNPAID_ORDERS: '1000000',
  QUOTA_UNPAID_PIECES: '1000000',
  QUOTA_DECLINES_PER_ORDER: '1000000',
  QUOTA_DECLINES_PER_HOUR: '1000000',
  ACCESS_TOKEN_TTL_SECONDS: '3600',
  TAX_HOME_COUNTRY: 'GB',
  REFUND_APPROVAL_ABOVE: `none,${LIMITED.currency}:${LIMITED.above / 100}`,
} as const;
