import { Process, Processor } from '@nestjs/bull';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job, Queue } from 'bull';
import { lockOrder } from '../../src/lock-order.js';
import { ConfigModule } from '../../src/platform/config/index.js';
import { loadConfig } from '../../src/settings.js';
import { DatabaseModule, Transaction } from '../../src/platform/database/index.js';
import { Deliveries, DeliveryModule, Subscriptions } from '../../src/platform/delivery/index.js';
import { createLogger, Logger, LoggingModule } from '../../src/platform/logging/index.js';
import { Outbox, OutboxModule, type RecordedEvent } from '../../src/platform/outbox/index.js';
import { type DeliveryJob, DeliveryQueues, QueueModule } from '../../src/platform/queue/index.js';
import type { EventId } from '../../src/shared/ids.js';

/** A consumer that notes what it is told. */
@Injectable()
export class Listener {
  readonly heard: string[] = [];
  /** What it does before it notes an event; may throw. */
  effect: (event: RecordedEvent) => Promise<void> = async () => {};
  /** Whether what is about one thing comes one after the other. */
  inOrder = false;
  /** Whether it can be told anything now. */
  isReady = true;
  /** How often the process asked whether it is ready: once in each round of its delivery. */
  asked = 0;

  constructor(
    private readonly deliveries: Deliveries,
    subscriptions: Subscriptions,
  ) {
    const handle = (eventIds: readonly EventId[]) => this.hear(eventIds);
    const isReady = () => {
      this.asked += 1;
      return this.isReady;
    };
    subscriptions.add({ consumer: 'listener', types: ['thing.happened'], handle, concurrency: 1, isReady });
  }

  hear(eventIds: readonly EventId[]): Promise<void> {
    const prepare = async () => async (event: RecordedEvent) => {
      await this.effect(event);
      this.heard.push(event.aggregate.id);
    };
    if (!this.inOrder) return this.deliveries.handle('listener', eventIds, prepare);
    return this.deliveries.handleInOrder('listener', eventIds, prepare);
  }
}

@Processor('listener')
class ListenerProcessor {
  constructor(private readonly listener: Listener) {}

  @Process('listener')
  hear({ data }: Job<DeliveryJob>): Promise<void> {
    return this.listener.hear(data.eventIds as EventId[]);
  }
}

@Module({
  imports: [DatabaseModule.forRoot({ lockOrder }), OutboxModule, DeliveryModule, QueueModule.of('listener')],
  providers: [Listener, ListenerProcessor],
})
class ListeningWorker {}

export type Worker = Awaited<ReturnType<typeof startWorker>>;

/** A worker process's delivery with one listener. */
export async function startWorker(databaseUrl: string, redisUrl: string) {
  const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const logger = new Logger(createLogger('silent'));
  const root = {
    module: class {},
    imports: [ConfigModule.of(loadConfig(env)), LoggingModule.of(logger), ListeningWorker],
  };
  const app = await NestFactory.createApplicationContext(root, { logger, abortOnError: false });
  const listener = app.get(Listener, { strict: false });
  const queue = app.get<Queue>(`BullQueue_listener`, { strict: false });
  return {
    listener,
    queue,
    /** Why events do not go through Redis, by queue. */
    problems: () =>
      app
        .get(DeliveryQueues, { strict: false })
        .all()
        .map(({ problem }) => problem),
    record: recorder(app),
    tx: app.get(Transaction, { strict: false }),
    close: () => app.close(),
  };
}

/** Records events `thing.happened` to things of these names, in one transaction. */
function recorder(app: INestApplicationContext) {
  const tx = app.get(Transaction, { strict: false });
  const outbox = app.get(Outbox, { strict: false });
  return (names: readonly string[], type = 'thing.happened') =>
    tx.run(async () => {
      outbox.record(...names.map((id) => ({ type, aggregate: { type: 'thing', id, version: 1 }, data: {} })));
    });
}
