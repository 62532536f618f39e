export type { BatchQuery } from './batch-query.js';
export { type BatchStatement, columnsOf, insertMany, jsonOf, tableOf, updateMany, valuesOf } from './columns.js';
export { whereOf } from './conditions.js';
export { clientOf } from './citus/node-client.js';
export { dataSourceOptions } from './data-source.js';
export { dryRun } from './dry-run.js';
export { DatabaseModule } from './database.module.js';
export {
  DatabaseUnavailable,
  isConnectionUseless,
  isTemporary,
  isUnavailable,
  refusesOptions,
  sqlState,
  violatedConstraint,
} from './errors.js';
export { logFailure } from './log-failure.js';
export { migrate, type MigrateUpOptions, revert } from './migrate.js';
export { type MigrateOptions, MigrationRefused } from './migration-session.js';
export { grantRights } from './running-role.js';
export { createIndexConcurrently } from './concurrent-index.js';
export { COMMITTED, isRelated, type Position, REPLAYED } from './replica/position.js';
export { FromReplica } from './replica/from-replica.decorator.js';
export { ReplicaReads } from './replica/replica-reads.js';
export { type AppliedMigrations, appliedMigrations } from './applied-migrations.js';
export { type MigrationReport, reportOf } from './migration-report.js';
export { PoolDelay } from './pool-delay.js';
export { reportChangedMigrations } from './changed-migrations.js';
export { loadMigrations } from './migrations.js';
export { type Collector, Transaction } from './transaction.js';
export type { ConstraintErrors } from './wire/pipelined-connection.js';
export type { Row } from './wire/protocol.js';
export { explainDatabase } from './explain.js';
export { type AroundDump, arrivalOf, endImport, raiseUnless } from './shops/arriving-shop.js';
export { assertSlug, createShop } from './shops/create-shop.js';
export { deleteShop } from './shops/delete-shop.js';
export { admitToDirectory, type ShopDirectory } from './shops/directory.js';
export { grantToShops, type ShopWithoutRights } from './shops/grant-to-shops.js';
export { type Shop, withDirectory } from './shops/directory.js';
export { migrateShop } from './shops/migrate-shop.js';
export { type MigratedShop, migrateShops, type MigrateShopsOptions } from './shops/migrate-shops.js';
export { type MovedShop, moveShop } from './shops/move-shop.js';
export { NOTHING_MOVES, shopLock, SOMETHING_MOVES } from './shop-lock.js';
export { compareSchema } from './schema-fit.js';
export { migrationState, type MigrationState, stateOf } from './migration-state.js';
