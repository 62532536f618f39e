import { Global, Module } from '@nestjs/common';
import { IdempotencyStore } from './idempotency.store.js';
import { ReplayReader } from './replays.js';

/** What `@Idempotent()` needs, wherever it stands. */
@Global()
@Module({ providers: [IdempotencyStore, ReplayReader], exports: [IdempotencyStore, ReplayReader] })
export class IdempotencyModule {}
