import pg, { type Client, types } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { schemaIn } from '../config/index.js';
import { applicationNameOf } from './application-name.js';
import { clientOf } from './citus/node-client.js';
import { SnakeCaseColumns } from './naming.js';
import { configureConnection } from './wire/session.js';
import { DATABASE_TIMEOUT_MS } from './timeouts.js';

// bigint arrives as a number: Till's amounts fit, and anything that would not is refused rather than rounded.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database sent ${text}, which is no safe integer.`);
  return value;
});

/**
 * TypeORM's options for one database; `poolSize` connections at most. No setting but the schema of a further shop travels in the start-up
 * message, where PgBouncer would refuse it: `configureConnection` applies them all.
 */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  const schema = schemaIn(url);
  return {
    type: 'postgres',
    // TypeORM would load it by a computed name: in a bundle a second instance, without the parser above.
    driver: pg,
    url,
    synchronize: false,
    applicationName: applicationNameOf(schema),
    namingStrategy: new SnakeCaseColumns(),
    extra: {
      max: poolSize,
      connectionTimeoutMillis: DATABASE_TIMEOUT_MS - 1000,
      query_timeout: DATABASE_TIMEOUT_MS,
      keepAlive: true,
      Client: clientOf(url),
      onConnect: (client: Client) => configureConnection(client, schema),
    },
  } as DataSourceOptions;
}
