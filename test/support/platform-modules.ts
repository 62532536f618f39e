import { lockOrder } from '../../src/lock-order.js';
import { DatabaseModule } from '../../src/platform/database/index.js';
import { IdempotencyModule } from '../../src/platform/idempotency/index.js';
import { OutboxModule } from '../../src/platform/outbox/index.js';
import { ProofModule } from '../../src/platform/proof/index.js';
import { RedisModule } from '../../src/platform/redis/index.js';

/** What every module of the domain needs of the platform. */
export const platformModules = [
  DatabaseModule.forRoot({ lockOrder }),
  RedisModule,
  OutboxModule,
  IdempotencyModule,
  ProofModule,
];
