import { Module } from '@nestjs/common';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule } from '../platform/database/index.js';
import { OutboxModule } from '../platform/outbox/index.js';
import { ProofModule } from '../platform/proof/index.js';
import { PaymentsModule } from './payments.module.js';

/** Payments for one-shot commands. */
@Module({ imports: [DatabaseModule.forRoot({ lockOrder }), OutboxModule, ProofModule, PaymentsModule] })
export class PaymentsCliModule {}
