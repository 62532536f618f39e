import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { EncryptionModule } from '../platform/encryption/index.js';
import { EventLogModule } from '../platform/event-log/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { HostResolver } from './host-resolver.js';
import { WebhookAttemptEntity, WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookCursorEntity, WebhookEndpointEntity, WebhookSecretEntity } from './webhook-endpoint.entity.js';
import { webhookEndpointProblems } from './webhook-endpoints.problems.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookMessages } from './webhook-messages.js';
import { WebhookSecrets } from './webhook-secrets.js';

const entities = [
  WebhookEndpointEntity,
  WebhookSecretEntity,
  WebhookCursorEntity,
  WebhookDeliveryEntity,
  WebhookAttemptEntity,
];

@Module({
  imports: [
    AuditModule,
    EncryptionModule,
    EventLogModule,
    TypeOrmModule.forFeature(entities),
    ProblemsModule.forFeature(webhookEndpointProblems),
  ],
  providers: [
    HostResolver,
    WebhookSecrets,
    WebhookMessages,
    WebhookEndpointsRepository,
    WebhookEndpointsService,
    WebhookDeliveriesRepository,
    WebhookDeliveriesService,
  ],
  exports: [
    HostResolver,
    WebhookSecrets,
    WebhookMessages,
    WebhookEndpointsRepository,
    WebhookEndpointsService,
    WebhookDeliveriesRepository,
    WebhookDeliveriesService,
  ],
})
export class WebhookEndpointsModule {}
