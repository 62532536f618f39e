import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '../platform/audit/index.js';
import { KnownEventTypes } from './known-event-types.js';
import { TargetCheck } from './target-check.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEndpointsModule } from './webhook-endpoints.module.js';
import { RangeReplay } from './range-replay.js';

@Module({
  imports: [AuditModule, WebhookEndpointsModule],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [TargetCheck, RangeReplay],
})
export class WebhookEndpointsApiModule {
  /** For events of these types. */
  static forTypes(types: readonly string[]): DynamicModule {
    return {
      module: WebhookEndpointsApiModule,
      providers: [{ provide: KnownEventTypes, useValue: new KnownEventTypes(types) }],
    };
  }
}
