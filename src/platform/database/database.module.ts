import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config/index.js';
import { Logger, TypeOrmLogger } from '../logging/index.js';
import { currentShop } from '../metrics/index.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseTime } from './database-time.js';
import { isUnavailable } from './errors.js';
import { PoolDelay } from './pool-delay.js';
import { PoolMetrics } from './pool-metrics.js';
import { ReplicaReads } from './replica/replica-reads.js';
import { Transaction, TRANSACTION_OPTIONS, type TransactionOptions } from './transaction.js';

/** The pool of connections, the database's time, and `Transaction`, the only way to write. Entities join by `TypeOrmModule.forFeature`. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config, Logger],
      useFactory: ({ database }: Config, logger: Logger) => ({
        ...dataSourceOptions(database.url, database.poolSize),
        logger: new TypeOrmLogger(logger),
        autoLoadEntities: true,
        // A refusal (a wrong password, no such database, a certificate) stays one, however often it is asked.
        toRetry: isUnavailable,
        // A further shop is asked for again, or gets its turn again, and holds up no other until then.
        retryAttempts: currentShop() === undefined ? 30 : 1,
        retryDelay: 1000,
        verboseRetryLog: true,
      }),
    }),
  ],
  providers: [Transaction, PoolMetrics, PoolDelay, DatabaseTime, ReplicaReads],
  exports: [Transaction, PoolDelay, ReplicaReads],
})
export class DatabaseModule {
  /** The names of all that the modules lock come from the composition root, which alone knows all modules. */
  static forRoot({ lockOrder }: Pick<TransactionOptions, 'lockOrder'>): DynamicModule {
    const useFactory = ({ database }: Config): TransactionOptions => ({ lockOrder, groupCommit: database.groupCommit });
    return {
      module: DatabaseModule,
      providers: [{ provide: TRANSACTION_OPTIONS, inject: [Config], useFactory }],
    };
  }
}
