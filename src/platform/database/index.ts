export type { Refusals } from './connection.js';
export { DATABASE_TIMEOUT_MS, dataSourceOptions } from './data-source.js';
export { DatabaseModule } from './database.module.js';
export { DatabaseUnavailable, isUnavailable, sqlState, violatedConstraint } from './errors.js';
export { GroupCommit } from './group-commit.js';
export { logFailure } from './log-failure.js';
export { migrate } from './migrate.js';
export type { Row } from './protocol.js';
export { type ByKey, Transaction } from './transaction.js';
