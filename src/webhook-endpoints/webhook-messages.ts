import { Injectable } from '@nestjs/common';
import { encodeId, type EventId } from '../shared/ids.js';
import type { EventEntity } from '../platform/outbox/index.js';
import { bodyOf, PING, pingBody } from './domain/message.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';

/** What is sent: the id that all attempts have, and the body. */
export interface WebhookMessage {
  readonly id: string;
  readonly body: string;
}

/** A delivery with the type of its message. */
export type TypedDelivery = WebhookDeliveryEntity & { readonly type: string | null };

/** Makes the messages of deliveries. */
@Injectable()
export class WebhookMessages {
  constructor(private readonly repository: WebhookDeliveriesRepository) {}

  /** Returns the message of each delivery, by the delivery's id; none where the event is gone. */
  async of(deliveries: readonly WebhookDeliveryEntity[]): Promise<ReadonlyMap<string, WebhookMessage>> {
    const ids = eventIdsOf(deliveries);
    const events = new Map((ids.length > 0 ? await this.repository.eventsOf(ids) : []).map((one) => [one.id, one]));
    const messages = deliveries.map((delivery) => [delivery.id, messageOf(delivery, events)] as const);
    return new Map(messages.filter((pair): pair is [(typeof pair)[0], WebhookMessage] => pair[1] !== undefined));
  }

  /** Returns the deliveries in their order, each with the type of its message: null where the event is gone. One statement for all. */
  async typed(deliveries: readonly WebhookDeliveryEntity[]): Promise<TypedDelivery[]> {
    const ids = eventIdsOf(deliveries);
    const events = ids.length > 0 ? await this.repository.typesOf(ids) : [];
    const types = new Map<EventId, string>(events.map(({ id, type }) => [id, type]));
    return deliveries.map((delivery) => ({ ...delivery, type: typeOf(delivery, types) }));
  }
}

function eventIdsOf(deliveries: readonly WebhookDeliveryEntity[]): EventId[] {
  return deliveries.map(({ eventId }) => eventId).filter((id) => id !== null);
}

function typeOf({ eventId }: WebhookDeliveryEntity, types: ReadonlyMap<EventId, string>): string | null {
  return eventId === null ? PING : (types.get(eventId) ?? null);
}

function messageOf(
  delivery: WebhookDeliveryEntity,
  events: ReadonlyMap<EventId, EventEntity>,
): WebhookMessage | undefined {
  const { id, eventId, endpointId, position, createdAt } = delivery;
  if (eventId === null) {
    return { id: encodeId('dlv', id), body: pingBody(encodeId('whe', endpointId), createdAt) };
  }
  const event = events.get(eventId);
  if (!event) return undefined;
  const { type, aggregateType, aggregateId, aggregateVersion: version, data } = event;
  const aggregate = { type: aggregateType, id: aggregateId, version };
  const message = { id: encodeId('evt', eventId), type, createdAt: event.createdAt, aggregate, data };
  return { id: message.id, body: bodyOf({ ...message, sequence: position! }) };
}
