import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueueModule } from '../queue/index.js';
import { SharedGaugesModule } from '../shared-gauges/index.js';
import { ComponentChecksModule } from '../status/index.js';
import { BacklogMetrics } from './backlog-metrics.js';
import { Deliveries } from './deliveries.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryEntity } from './delivery.entity.js';
import { DeliveryExpiry } from './delivery-expiry.js';
import { DeliveryLoop } from './delivery-loop.js';
import { DirectDelivery } from './direct-delivery.js';
import { Dispatcher } from './dispatcher.js';
import { MissedDeliveries } from './missed-deliveries.js';
import { Relay } from './relay.js';
import { Subscriptions } from './subscriptions.js';

/** Brings events to their consumers: outbox -> deliveries -> jobs -> effects. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([DeliveryEntity]), QueueModule, SharedGaugesModule, ComponentChecksModule],
  providers: [
    Subscriptions,
    Relay,
    Dispatcher,
    DirectDelivery,
    DeliveryLoop,
    Deliveries,
    DeliveriesRepository,
    DeliveryExpiry,
    MissedDeliveries,
    BacklogMetrics,
  ],
  exports: [Subscriptions, Deliveries, DeliveryExpiry, MissedDeliveries],
})
export class DeliveryModule {}
