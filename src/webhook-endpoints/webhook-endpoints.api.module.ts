import { Module } from '@nestjs/common';
import { TargetCheck } from './target-check.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEndpointsModule } from './webhook-endpoints.module.js';

@Module({
  imports: [WebhookEndpointsModule],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [TargetCheck],
})
export class WebhookEndpointsApiModule {}
