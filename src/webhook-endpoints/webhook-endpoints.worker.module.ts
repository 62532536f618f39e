import { Module } from '@nestjs/common';
import { AuditModule } from '../platform/audit/index.js';
import { SharedGaugesModule } from '../platform/shared-gauges/index.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { EndpointLeases } from './endpoint-leases.js';
import { EndpointWorker } from './endpoint-worker.js';
import { FanOut } from './fan-out.js';
import { UsersModule } from '../users/index.js';
import { HttpSender } from './http-sender.js';
import { MessageSender } from './message-sender.js';
import { OwnerCheck } from './owner-check.js';
import { WebhookEndpointsModule } from './webhook-endpoints.module.js';
import { WebhookLoop } from './webhook-loop.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookRetention } from './webhook-retention.schedule.js';

/** Sends events to the endpoints. */
@Module({
  imports: [WebhookEndpointsModule, SharedGaugesModule, UsersModule, AuditModule],
  providers: [
    FanOut,
    OwnerCheck,
    EndpointLeases,
    EndpointWorker,
    MessageSender,
    HttpSender,
    AttemptRecorder,
    WebhookLoop,
    WebhookMetrics,
    WebhookRetention,
  ],
})
export class WebhookEndpointsWorkerModule {}
