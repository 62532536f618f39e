import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AuthWorkerModule } from './auth/auth.worker.module.js';
import { BackupWorkerModule } from './backup/index.js';
import { brokerSettings } from './broker/broker.settings.js';
import { BrokerWorkerModule } from './broker/index.js';
import { CatalogWorkerModule } from './catalog/catalog.worker.module.js';
import { LedgerWorkerModule } from './ledger/ledger.worker.module.js';
import { LiveWorkerModule } from './live/live.worker.module.js';
import { NotificationsWorkerModule } from './notifications/notifications.worker.module.js';
import { OrdersWorkerModule } from './orders/orders.worker.module.js';
import { TaxReportsWorkerModule } from './orders/tax-reports.worker.module.js';
import { PaymentsWorkerModule } from './payments/payments.worker.module.js';
import { providerSettings } from './payments/providers/providers.settings.js';
import { taxSettings } from './tax/tax.settings.js';
import { SandboxWorkerModule } from './payments/providers/sandbox/sandbox.worker.module.js';
import type { Config } from './platform/config/index.js';
import { lockOrder } from './lock-order.js';
import { AuditModule } from './platform/audit/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { DeliveryModule } from './platform/delivery/index.js';
import { HealthModule } from './platform/health/index.js';
import { IdempotencyWorkerModule } from './platform/idempotency/idempotency.worker.module.js';
import { MetricsModule } from './platform/metrics/index.js';
import { OutboxModule } from './platform/outbox/index.js';
import { ProofModule } from './platform/proof/index.js';
import { RedisModule } from './platform/redis/index.js';
import { WorkLog } from './platform/schedule/index.js';
import { PrivacyWorkerModule } from './privacy/index.js';
import { ExportsWorkerModule } from './exports/index.js';
import { ReportsWorkerModule } from './reports/index.js';
import { SharedGaugesModule } from './platform/shared-gauges/index.js';
import { StatusWorkerModule } from './platform/status/index.js';
import { TaxWorkerModule } from './tax/tax.worker.module.js';
import { WebhookEndpointsWorkerModule } from './webhook-endpoints/index.js';

/** The worker process: relay, consumers and periodic jobs; over HTTP only health and metrics. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    DatabaseModule.forRoot({ lockOrder }),
    RedisModule,
    OutboxModule,
    ProofModule,
    AuditModule,
    SharedGaugesModule,
    StatusWorkerModule,
    DeliveryModule,
    HealthModule,
    MetricsModule.of('worker'),
    IdempotencyWorkerModule,
    AuthWorkerModule,
    CatalogWorkerModule,
    OrdersWorkerModule,
    PaymentsWorkerModule,
    LedgerWorkerModule,
    NotificationsWorkerModule,
    PrivacyWorkerModule,
    LiveWorkerModule,
    WebhookEndpointsWorkerModule,
    BackupWorkerModule,
    ReportsWorkerModule,
    ExportsWorkerModule,
    TaxWorkerModule,
  ],
  providers: [WorkLog],
})
export class WorkerModule {
  static readonly processName = 'worker';

  /** The module with the parts that depend on the configuration. */
  static configured(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ...(config.of(providerSettings).enabled.includes('sandbox') ? [SandboxWorkerModule] : []),
        ...(config.of(taxSettings).remote ? [TaxReportsWorkerModule] : []),
        ...(config.of(brokerSettings).url === undefined ? [] : [BrokerWorkerModule]),
      ],
    };
  }
}
