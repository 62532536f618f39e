import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { DeliveryQueue, DELIVERIES } from './delivery-queue.js';
import { QueueConnections } from './queue-connections.js';

/** For the worker only: a process that imports this may run jobs. */
@Module({
  imports: [
    BullModule.registerQueueAsync({
      name: DELIVERIES,
      extraProviders: [QueueConnections],
      inject: [QueueConnections],
      useFactory: (connections: QueueConnections) => ({
        prefix: 'till',
        createClient: (purpose) => connections.open(purpose),
        settings: {
          // Jobs are never delayed and PostgreSQL brings back lost ones, so Bull need hardly look around.
          guardInterval: 60_000,
          stalledInterval: 60_000,
          drainDelay: 30,
          // After an error, such as an outage of Redis, in milliseconds.
          retryProcessDelay: 500,
        },
      }),
    }),
  ],
  providers: [DeliveryQueue],
  exports: [DeliveryQueue],
})
export class QueueModule {}
