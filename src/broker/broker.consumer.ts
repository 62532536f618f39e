import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { Config } from '../platform/config/index.js';
import { Deliveries, type Effect, Subscriptions } from '../platform/delivery/index.js';
import type { RecordedEvent } from '../platform/outbox/index.js';
import type { DeliveryJob } from '../platform/queue/index.js';
import { encodeId, type EventId } from '../shared/ids.js';
import { AGAIN_SECONDS, BrokerConnection } from './broker-connection.js';
import { brokerSettings } from './broker.settings.js';
import { messageOf } from './domain/cloud-event.js';
import { EventPositionsRepository } from './event-positions.repository.js';

/** The consumer's name, in `event_deliveries` and of its jobs. */
export const BROKER = 'broker';

/** Jobs at once in one worker, and messages of one job that wait for their confirmation together. */
const CONCURRENCY = 2;
const LANES = 50;

/** Sends every event to the broker; those about one thing in their order. An event is done when the broker has confirmed it. */
@Processor(BROKER)
export class BrokerConsumer {
  private readonly mode: 'structured' | 'binary';
  private readonly source: string;

  constructor(
    subscriptions: Subscriptions,
    config: Config,
    private readonly deliveries: Deliveries,
    private readonly connection: BrokerConnection,
    private readonly positions: EventPositionsRepository,
  ) {
    this.mode = config.of(brokerSettings).mode;
    this.source = config.http.publicUrl;
    subscriptions.add({
      consumer: BROKER,
      types: ['*'],
      handle: (eventIds) => this.handle(eventIds),
      concurrency: CONCURRENCY,
      isReady: () => connection.isReady,
    });
  }

  @Process({ name: BROKER, concurrency: CONCURRENCY })
  process({ data }: Job<DeliveryJob>): Promise<void> {
    return this.handle(data.eventIds as readonly EventId[]);
  }

  /** While the broker is away, nothing is tried: what is queued waits in PostgreSQL, and uses up no attempts. */
  private handle(eventIds: readonly EventId[]): Promise<void> {
    return this.connection.isReady
      ? this.deliveries.handleInOrder(BROKER, eventIds, (events) => this.prepare(events), LANES)
      : this.deliveries.putOff(BROKER, eventIds, AGAIN_SECONDS);
  }

  private async prepare(events: readonly RecordedEvent[]): Promise<Effect> {
    const positions = await this.positions.of(events.map(({ id }) => id));
    return ({ traceparent = null, ...event }) => {
      const id = encodeId('evt', event.id);
      const content = { ...event, id, traceparent, sequence: positions.get(event.id) };
      return this.connection.publish(id, messageOf(content, this.source, this.mode), event.createdAt);
    };
  }
}
