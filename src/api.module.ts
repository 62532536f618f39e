import { type DynamicModule, Module } from '@nestjs/common';
import { ApiKeysApiModule } from './api-keys/api-keys.api.module.js';
import { AuthApiModule } from './auth/auth.api.module.js';
import { CatalogApiModule } from './catalog/catalog.api.module.js';
import { CheckoutModule } from './checkout/checkout.module.js';
import { LedgerApiModule } from './ledger/ledger.api.module.js';
import { NotificationsApiModule } from './notifications/notifications.api.module.js';
import { OrdersApiModule } from './orders/orders.api.module.js';
import { LiveApiModule } from './live/live.api.module.js';
import { OrderMessagesApiModule } from './order-messages/index.js';
import { PaymentsApiModule } from './payments/payments.api.module.js';
import { providerSettings } from './payments/providers/providers.settings.js';
import { SandboxApiModule } from './payments/providers/sandbox/sandbox.api.module.js';
import type { Config } from './platform/config/index.js';
import { eventDocs } from './event-docs.js';
import { lockOrder } from './lock-order.js';
import { AuditApiModule } from './platform/audit/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { DeadLettersApiModule } from './platform/dead-letters/index.js';
import { EventLogApiModule } from './platform/event-log/index.js';
import { HealthModule } from './platform/health/index.js';
import { ProblemsModule } from './platform/http/index.js';
import { IdempotencyModule } from './platform/idempotency/index.js';
import { MetricsModule } from './platform/metrics/index.js';
import { OutboxModule } from './platform/outbox/index.js';
import { QueueBoardModule } from './platform/queue-board/index.js';
import { queueBoardSettings } from './platform/queue-board/queue-board.settings.js';
import { ProofModule } from './platform/proof/index.js';
import { RedisModule } from './platform/redis/index.js';
import { SheddingModule } from './platform/shedding/index.js';
import { StatusApiModule } from './platform/status/index.js';
import { PromotionsApiModule } from './promotions/promotions.api.module.js';
import { ShippingApiModule } from './shipping/shipping.api.module.js';
import { ExportsApiModule } from './exports/index.js';
import { GraphqlApiModule } from './graphql/index.js';
import { graphqlSettings } from './graphql/graphql.settings.js';
import { GrpcApiModule } from './grpc/index.js';
import { grpcSettings } from './grpc/grpc.settings.js';
import { ReportsApiModule } from './reports/index.js';
import { SearchModule } from './search/index.js';
import { TaxApiModule } from './tax/tax.api.module.js';
import { PrivacyApiModule } from './privacy/index.js';
import { TimelineModule } from './timeline/index.js';
import { UsersApiModule } from './users/users.api.module.js';
import { WebhookEndpointsApiModule } from './webhook-endpoints/index.js';

/** The queues of all consumers: what a worker serves, by the names that Redis has. */
export const QUEUES: readonly string[] = ['broker', 'exports', 'give-back', 'mail', 'taxes'];

/** The api process: HTTP, and no consumers of jobs. */
@Module({
  imports: [
    DatabaseModule.forRoot({ lockOrder }),
    RedisModule,
    OutboxModule,
    EventLogApiModule,
    DeadLettersApiModule,
    ProofModule,
    AuditApiModule,
    IdempotencyModule,
    HealthModule,
    SheddingModule,
    StatusApiModule,
    MetricsModule.of('api'),
    ProblemsModule.forRoot(),
    AuthApiModule,
    UsersApiModule,
    ApiKeysApiModule,
    CatalogApiModule,
    OrdersApiModule,
    PaymentsApiModule,
    CheckoutModule,
    LedgerApiModule,
    TaxApiModule,
    PromotionsApiModule,
    ShippingApiModule,
    TimelineModule,
    OrderMessagesApiModule,
    LiveApiModule,
    SearchModule,
    ReportsApiModule,
    ExportsApiModule,
    WebhookEndpointsApiModule.forTypes(Object.keys(eventDocs)),
    PrivacyApiModule,
  ],
})
export class ApiModule {
  static readonly processName = 'api';

  /** The module with the parts that depend on the configuration. */
  static configured(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ...(config.of(providerSettings).enabled.includes('sandbox') ? [SandboxApiModule] : []),
        ...(config.production ? [] : [NotificationsApiModule]),
        ...(config.of(graphqlSettings).isOn ? [GraphqlApiModule] : []),
        ...(config.of(grpcSettings) ? [GrpcApiModule] : []),
        ...(config.of(queueBoardSettings).isOn ? [QueueBoardModule.of(QUEUES)] : []),
      ],
    };
  }
}
