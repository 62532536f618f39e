import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { type Page, pageOf, readCursor } from '../platform/http/index.js';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type WebhookDeliveryId, type WebhookEndpointId } from '../shared/ids.js';
import type { DeliveryStatus, WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { DeliveryLog } from './webhook-delivery.presenter.js';
import { type NewDelivery, WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import { WebhookEndpointDisabled } from './webhook-endpoints.errors.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { type TypedDelivery, WebhookMessages } from './webhook-messages.js';

/** What to list. */
interface Listing {
  readonly status?: DeliveryStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What was, and is to be, delivered to endpoints. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: WebhookDeliveriesRepository,
    private readonly endpoints: WebhookEndpointsService,
    private readonly messages: WebhookMessages,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first. @throws NotFound */
  async list(id: WebhookEndpointId, { status, limit, cursor }: Listing): Promise<Page<TypedDelivery>> {
    await this.endpoints.read(id);
    const before = readCursor(cursor, ['id'])?.[0] as WebhookDeliveryId | undefined;
    const found = await this.repository.list(id, { status, before, take: limit + 1 });
    const page = pageOf(found, limit, (delivery) => [delivery.id]);
    return { ...page, data: await this.messages.typed(page.data) };
  }

  /** @throws NotFound, Forbidden without `events:read` */
  async read(caller: Caller, id: WebhookDeliveryId): Promise<DeliveryLog> {
    assertPermitted(caller, 'events:read');
    const [delivery] = await this.messages.typed([await this.find(id)]);
    const attempts = await this.repository.attemptsOf(id);
    return { delivery: delivery!, attempts, body: (await this.messages.of([delivery!])).get(id)?.body };
  }

  /** Sends the same message once more, with a schedule of its own. @throws NotFound, WebhookEndpointDisabled, Forbidden without `events:read` */
  async redeliver(caller: Caller, id: WebhookDeliveryId): Promise<TypedDelivery> {
    assertPermitted(caller, 'events:read');
    const { endpointId, kind, eventId, position, aggregateId } = await this.find(id);
    const again = { endpointId, kind: kind === 'ping' ? kind : ('redelivery' as const) };
    return this.add({ ...again, id: newId<'dlv'>(), eventId, position, aggregateId });
  }

  /** Sends something that only shows that it arrives. @throws NotFound, WebhookEndpointDisabled */
  ping(endpointId: WebhookEndpointId): Promise<TypedDelivery> {
    const about = { eventId: null, position: null, aggregateId: encodeId('whe', endpointId) };
    return this.add({ id: newId<'dlv'>(), endpointId, kind: 'ping', ...about });
  }

  private add(delivery: NewDelivery): Promise<TypedDelivery> {
    return this.tx.run(async () => {
      const { id, status } = await this.endpoints.read(delivery.endpointId);
      if (status === 'disabled') throw new WebhookEndpointDisabled(encodeId('whe', id));
      const target = { type: 'webhook endpoint', id: encodeId('whe', id) };
      const { kind, eventId } = delivery;
      const after = { kind, deliveryId: encodeId('dlv', delivery.id), eventId: eventId && encodeId('evt', eventId) };
      this.audit.record({ action: 'webhook_endpoint.delivery_requested', target, after });
      return (await this.messages.typed([await this.repository.insert(delivery)]))[0]!;
    });
  }

  private async find(id: WebhookDeliveryId): Promise<WebhookDeliveryEntity> {
    const delivery = await this.repository.find(id);
    if (!delivery) throw new NotFound('webhook delivery');
    return delivery;
  }
}
