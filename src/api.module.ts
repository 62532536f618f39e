import { Module } from '@nestjs/common';
import { DatabaseModule } from './platform/database/index.js';
import { HealthModule } from './platform/health/index.js';
import { ProblemsController } from './platform/http/index.js';
import { IdempotencyModule } from './platform/idempotency/index.js';
import { OutboxModule } from './platform/outbox/index.js';
import { RedisModule } from './platform/redis/index.js';

/** The api process: HTTP and nothing that consumes jobs. */
@Module({
  imports: [DatabaseModule, RedisModule, OutboxModule, IdempotencyModule, HealthModule],
  controllers: [ProblemsController],
})
export class ApiModule {}
