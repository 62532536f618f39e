import { Module } from '@nestjs/common';
import { ProblemsModule } from '../platform/http/index.js';
import { ApprovalsModule } from './approvals/approvals.module.js';
import { AttemptsModule } from './attempts/attempts.module.js';
import { CapturesModule } from './captures/captures.module.js';
import { DisputesModule } from './disputes/disputes.module.js';
import { IntentsModule } from './intents/intents.module.js';
import { paymentProblems } from './payments.problems.js';
import { ProvidersModule } from './providers/providers.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { RefundsModule } from './refunds/refunds.module.js';
import { ReturnsModule } from './returns/returns.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

const rooms = [
  ProvidersModule,
  AttemptsModule,
  IntentsModule,
  CapturesModule,
  RefundsModule,
  ApprovalsModule,
  ReturnsModule,
  DisputesModule,
  WebhooksModule,
  ReconciliationModule,
];

/** Imports the rooms of payments. It provides nothing itself. */
@Module({ imports: [...rooms, ProblemsModule.forFeature(paymentProblems)], exports: rooms })
export class PaymentsModule {}
