import { Module } from '@nestjs/common';
import { SharedGaugesModule } from '../platform/shared-gauges/index.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { EndpointLeases } from './endpoint-leases.js';
import { EndpointWorker } from './endpoint-worker.js';
import { FanOut } from './fan-out.js';
import { HttpSender } from './http-sender.js';
import { MessageSender } from './message-sender.js';
import { WebhookEndpointsModule } from './webhook-endpoints.module.js';
import { WebhookLoop } from './webhook-loop.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookRetention } from './webhook-retention.schedule.js';

/** Sends events to the endpoints. */
@Module({
  imports: [WebhookEndpointsModule, SharedGaugesModule],
  providers: [
    FanOut,
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
