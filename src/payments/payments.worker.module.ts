import { Module } from '@nestjs/common';
import { QueueModule } from '../platform/queue/index.js';
import { OrdersModule } from '../orders/index.js';
import { ProviderChecks } from './attempts/provider-checks.js';
import { AttemptResolutionJob } from './attempts/attempts.schedule.js';
import { UnreachablePaymentsWarning } from './attempts/unreachable-payments.js';
import { AuthorizationExpiryJob } from './captures/authorization-expiry.schedule.js';
import { PaymentMetrics } from './intents/payment-metrics.js';
import { PaymentsModule } from './payments.module.js';
import { DailyReconciliation, ReconciliationMetrics } from './reconciliation/reconciliation.schedule.js';
import { RETURN_FUNDS, ReturnFundsConsumer } from './returns/return-funds.consumer.js';
import { ReturnsSchedule } from './returns/returns.schedule.js';
import { WebhookJob } from './webhooks/webhooks.schedule.js';

@Module({
  imports: [QueueModule.of(RETURN_FUNDS), OrdersModule, PaymentsModule],
  providers: [
    AttemptResolutionJob,
    AuthorizationExpiryJob,
    ReturnFundsConsumer,
    ReturnsSchedule,
    WebhookJob,
    DailyReconciliation,
    ReconciliationMetrics,
    UnreachablePaymentsWarning,
    PaymentMetrics,
    ProviderChecks,
  ],
})
export class PaymentsWorkerModule {}
