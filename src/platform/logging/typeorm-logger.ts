import type { Logger as TypeOrmLoggerContract } from 'typeorm';
import type { Logger } from './logger.js';

/** TypeORM's logger: what failed, by the allow list; no statements and no parameters. */
export class TypeOrmLogger implements TypeOrmLoggerContract {
  constructor(private readonly logger: Logger) {}

  logQueryError(error: string | Error): void {
    this.logger.debug('a statement of TypeORM failed', { err: error });
  }

  logQuerySlow(ms: number): void {
    this.logger.warn('a statement of TypeORM was slow', { ms });
  }

  log(level: 'log' | 'info' | 'warn'): void {
    this.logger.debug('TypeORM has something to say', { state: level });
  }

  logQuery(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
}
