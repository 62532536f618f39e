import { Injectable } from '@nestjs/common';
import { In, LessThan, type Repository } from 'typeorm';
import { columnsOf, Transaction } from '../platform/database/index.js';
import { EventEntity } from '../platform/outbox/index.js';
import type { EventId, WebhookDeliveryId, WebhookEndpointId } from '../shared/ids.js';
import { type DeliveryStatus, WebhookAttemptEntity, WebhookDeliveryEntity } from './webhook-delivery.entity.js';

/** What says what is to be delivered to whom. */
export type NewDelivery = Pick<
  WebhookDeliveryEntity,
  'id' | 'endpointId' | 'kind' | 'eventId' | 'position' | 'aggregateId'
>;

/** $3: things of which something is being sent, so that what is about one thing goes out in order. */
const DUE = `
  SELECT ${columnsOf(WebhookDeliveryEntity, 'd')} FROM webhook_deliveries d
  WHERE d.endpoint_id = $1 AND d.status = 'pending' AND d.next_attempt_at <= now() AND d.aggregate_id <> ALL ($3::text[])
  ORDER BY d.next_attempt_at, d.position, d.id LIMIT $2`;

@Injectable()
export class WebhookDeliveriesRepository {
  constructor(private readonly tx: Transaction) {}

  async insert(delivery: NewDelivery): Promise<WebhookDeliveryEntity> {
    await this.deliveries.insert(delivery);
    return (await this.find(delivery.id))!;
  }

  find(id: WebhookDeliveryId): Promise<WebhookDeliveryEntity | null> {
    return this.deliveries.findOneBy({ id });
  }

  /** Newest first. */
  list(
    endpointId: WebhookEndpointId,
    {
      status,
      before,
      take,
    }: { status?: DeliveryStatus | undefined; before?: WebhookDeliveryId | undefined; take: number },
  ): Promise<WebhookDeliveryEntity[]> {
    const where = { endpointId, ...(status && { status }), ...(before && { id: LessThan(before) }) };
    return this.deliveries.find({ where, order: { id: 'DESC' }, take });
  }

  /** Newest first. */
  attemptsOf(deliveryId: WebhookDeliveryId): Promise<WebhookAttemptEntity[]> {
    return this.tx.repository(WebhookAttemptEntity).find({ where: { deliveryId }, order: { number: 'DESC' } });
  }

  /** What is due for an endpoint, in the order in which it is sent, without what is about these things. */
  due(endpointId: WebhookEndpointId, take: number, busy: readonly string[]): Promise<WebhookDeliveryEntity[]> {
    return this.tx.query<WebhookDeliveryEntity & Record<string, unknown>>(DUE, [endpointId, take, busy]);
  }

  eventsOf(ids: readonly EventId[]): Promise<EventEntity[]> {
    return this.tx.repository(EventEntity).findBy({ id: In([...ids]) });
  }

  /** Without their data, which may be large. */
  typesOf(ids: readonly EventId[]): Promise<Pick<EventEntity, 'id' | 'type'>[]> {
    return this.tx.repository(EventEntity).find({ select: { id: true, type: true }, where: { id: In([...ids]) } });
  }

  private get deliveries(): Repository<WebhookDeliveryEntity> {
    return this.tx.repository(WebhookDeliveryEntity);
  }
}
