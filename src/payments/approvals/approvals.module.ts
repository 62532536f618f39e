import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrdersModule } from '../../orders/index.js';
import { AuditModule } from '../../platform/audit/index.js';
import { IntentsModule } from '../intents/intents.module.js';
import { RefundsModule } from '../refunds/refunds.module.js';
import { ApprovalDecisions } from './approval-decisions.js';
import { ApprovalEntity } from './approval.entity.js';
import { ApprovalsRepository } from './approvals.repository.js';
import { ApprovalsService } from './approvals.service.js';

/** Large refunds and cancellations need a second person. */
@Module({
  imports: [TypeOrmModule.forFeature([ApprovalEntity]), AuditModule, OrdersModule, IntentsModule, RefundsModule],
  providers: [ApprovalsService, ApprovalDecisions, ApprovalsRepository],
  exports: [ApprovalsService, ApprovalDecisions],
})
export class ApprovalsModule {}
