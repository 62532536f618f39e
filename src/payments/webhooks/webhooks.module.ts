import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { DisputesModule } from '../disputes/disputes.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { DisputeHandler } from './dispute.handler.js';
import { ForeignPaymentEntity } from './foreign-payment.entity.js';
import { ForeignPayments } from './foreign-payments.js';
import { NotificationApplier } from './notification-applier.js';
import { OperationHandler } from './operation.handler.js';
import { ProviderEventsRepository } from './provider-events.repository.js';
import { WebhookProcessor } from './webhook-processor.js';
import { WebhookEntity } from './webhook.entity.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

/** Webhooks of providers: stored unchanged, then applied. */
@Module({
  imports: [
    TypeOrmModule.forFeature([WebhookEntity, ForeignPaymentEntity]),
    ProvidersModule,
    AttemptsModule,
    DisputesModule,
  ],
  providers: [
    WebhooksService,
    WebhookProcessor,
    WebhooksRepository,
    ForeignPayments,
    NotificationApplier,
    OperationHandler,
    DisputeHandler,
    ProviderEventsRepository,
  ],
  exports: [WebhooksService, WebhookProcessor, WebhooksRepository],
})
export class WebhooksModule {}
