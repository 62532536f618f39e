import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { IdempotencyStore } from './idempotency.store.js';
import { ReplayReader } from './replays.js';

/** What `@Idempotent()` needs, wherever it stands. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyKeyEntity])],
  providers: [IdempotencyStore, ReplayReader],
  exports: [IdempotencyStore, ReplayReader],
})
export class IdempotencyModule {}
