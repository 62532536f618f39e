import { Global, Module } from '@nestjs/common';
import { IdempotencyStore } from './idempotency.store.js';

/** What `@Idempotent()` needs, wherever it stands. */
@Global()
@Module({ providers: [IdempotencyStore], exports: [IdempotencyStore] })
export class IdempotencyModule {}
