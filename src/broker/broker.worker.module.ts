import { Module } from '@nestjs/common';
import { QueueModule } from '../platform/queue/index.js';
import { BrokerConnection } from './broker-connection.js';
import { BROKER, BrokerConsumer } from './broker.consumer.js';
import { EventPositionsRepository } from './event-positions.repository.js';

/** Sends events to a broker, where BROKER_URL names one. */
@Module({ imports: [QueueModule.of(BROKER)], providers: [BrokerConnection, BrokerConsumer, EventPositionsRepository] })
export class BrokerWorkerModule {}
