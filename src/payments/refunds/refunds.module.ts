import { Module } from '@nestjs/common';
import { AuditModule } from '../../platform/audit/index.js';
import { OrdersModule } from '../../orders/index.js';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { IntentsModule } from '../intents/intents.module.js';
import { RefundQuotes } from './refund-quotes.js';
import { PendingRefunds } from './pending-refunds.js';
import { RefundPlanner } from './refund-planner.js';
import { RefundsService } from './refunds.service.js';

/** Refunds that people request. */
@Module({
  imports: [AuditModule, OrdersModule, AttemptsModule, IntentsModule],
  providers: [RefundsService, RefundPlanner, RefundQuotes, PendingRefunds],
  exports: [RefundsService, RefundPlanner, RefundQuotes],
})
export class RefundsModule {}
