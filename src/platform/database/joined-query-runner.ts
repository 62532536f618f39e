import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

/**
 * Lets TypeORM take part in a transaction that Till began. TypeORM begins no other one inside it: `save` joins it, and
 * `manager.transaction` makes a savepoint.
 */
export class JoinedQueryRunner extends PostgresQueryRunner {
  override isTransactionActive = true;
  protected override transactionDepth = 1;
  /** Sends all earlier statements of the transaction, so that TypeORM's next one runs after them; throws what failed of them. */
  flush: () => Promise<void> = () => Promise.resolve();

  /** Takes its connection from `pool`; from that of the data source when absent. */
  constructor(dataSource: DataSource, pool?: Pool) {
    super(pool ? driverOf(dataSource, pool) : (dataSource.driver as PostgresDriver), 'master');
    this.manager = dataSource.createEntityManager(this);
  }

  override async query(...args: Parameters<PostgresQueryRunner['query']>): ReturnType<PostgresQueryRunner['query']> {
    await this.flush();
    return super.query(...args) as ReturnType<PostgresQueryRunner['query']>;
  }

  override async stream(...args: Parameters<PostgresQueryRunner['stream']>) {
    await this.flush();
    return super.stream(...args);
  }
}

/** The driver of a data source, whose connections come from another pool. */
function driverOf({ driver }: DataSource, pool: Pool): PostgresDriver {
  return Object.create(driver, { master: { value: pool } }) as PostgresDriver;
}
