import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Queue } from 'bull';
import { DegradationsModule } from '../health/index.js';
import { SharedGaugesModule } from '../shared-gauges/index.js';
import type { DeliveryJob } from './delivery-queue.js';
import { DeliveryQueues } from './delivery-queues.js';
import { DRAIN_SECONDS, QueueConnections } from './queue-connections.js';

const settings = {
  // Jobs are never delayed, and PostgreSQL restores lost ones, so Bull rarely needs to check.
  guardInterval: 60_000,
  stalledInterval: 60_000,
  drainDelay: DRAIN_SECONDS,
  // After an error, such as an outage of Redis, in milliseconds.
  retryProcessDelay: 500,
};

/** For the worker only: a process that imports this may run jobs. */
@Global()
@Module({
  imports: [DegradationsModule, SharedGaugesModule],
  providers: [QueueConnections, DeliveryQueues],
  exports: [QueueConnections, DeliveryQueues],
})
export class QueueModule {
  /** The queue of one consumer, whose `@Processor` and `@Process` have its name too. */
  static of(consumer: string): DynamicModule {
    const queue = BullModule.registerQueueAsync({
      name: consumer,
      inject: [QueueConnections],
      useFactory: (connections: QueueConnections) => ({
        prefix: connections.prefix,
        createClient: (purpose) => connections.open(consumer, purpose),
        settings,
      }),
    });
    const added = {
      provide: `queue of ${consumer}`,
      inject: [DeliveryQueues, getQueueToken(consumer)],
      useFactory: (queues: DeliveryQueues, bull: Queue<DeliveryJob>) => queues.add(consumer, bull),
    };
    return { module: ConsumerQueueModule, imports: [queue], providers: [added], exports: [queue] };
  }
}

@Module({})
class ConsumerQueueModule {}
