import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { insertMany, Transaction } from '../platform/database/index.js';
import { Clock } from '../shared/clock.js';
import { ValidationFailed } from '../shared/errors.js';
import { encodeId, type EventId, newId, type WebhookEndpointId } from '../shared/ids.js';
import { uuidv7At } from '../shared/uuid.js';
import { wants } from '../shared/event-filter.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEndpointDisabled } from './webhook-endpoints.errors.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

/** Events that one request looks through. */
const MAX_EVENTS = 10_000;
const DAY_MS = 86_400_000;
/** An id is made within a transaction, so its time is near that of the event; in milliseconds. */
const NEAR_MS = 60_000;
const RANGE = `
  SELECT l.position, l.event_id AS "eventId", l.type, l.aggregate_id AS "aggregateId"
  FROM event_log l JOIN events e ON e.id = l.event_id
  WHERE l.event_id >= $1 AND l.event_id < $2 AND e.created_at >= $3 AND e.created_at < $4
  ORDER BY l.position LIMIT ${MAX_EVENTS + 1}`;
const INSERT = insertMany(WebhookDeliveryEntity, ['id', 'endpointId', 'kind', 'eventId', 'position', 'aggregateId']);

interface Logged extends Record<string, unknown> {
  readonly position: number;
  readonly eventId: EventId;
  readonly type: string;
  readonly aggregateId: string;
}

/** A range of time; the last 24 hours when nothing is said. */
export interface ReplayRange {
  readonly from?: Date;
  readonly to?: Date;
}

/** Sends the events of a range once more, or for the first time to an endpoint that was made or enabled later. */
@Injectable()
export class RangeReplay {
  constructor(
    private readonly tx: Transaction,
    private readonly endpoints: WebhookEndpointsService,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Returns how many deliveries were made. @throws NotFound, WebhookEndpointDisabled, ValidationFailed for too large a range, Forbidden without `events:read` */
  replay(caller: Caller, endpointId: WebhookEndpointId, { from, to }: ReplayRange): Promise<number> {
    assertPermitted(caller, 'events:read');
    return this.tx.run(async () => {
      const { status, types } = await this.endpoints.read(endpointId);
      if (status === 'disabled') throw new WebhookEndpointDisabled(encodeId('whe', endpointId));
      const until = to ?? this.clock.now();
      const events = await this.eventsOf(from ?? new Date(until.getTime() - DAY_MS), until);
      const wanted = events.filter(({ type }) => wants(types, type));
      const deliveries = wanted.map(({ eventId, position, aggregateId }) => {
        return { id: newId<'dlv'>(), endpointId, kind: 'redelivery' as const, eventId, position, aggregateId };
      });
      this.tx.writeBatch(INSERT, deliveries);
      const target = { type: 'webhook endpoint', id: encodeId('whe', endpointId) };
      this.audit.record({
        action: 'webhook_endpoint.replayed',
        target,
        after: { from, to, deliveries: wanted.length },
      });
      return wanted.length;
    });
  }

  private async eventsOf(from: Date, to: Date): Promise<Logged[]> {
    const [first, last] = [uuidv7At(from.getTime() - NEAR_MS), uuidv7At(to.getTime() + NEAR_MS)];
    const events = await this.tx.query<Logged>(RANGE, [first, last, from, to]);
    if (events.length <= MAX_EVENTS) return events;
    const message = `has more than ${MAX_EVENTS} events from there on; choose an earlier end`;
    throw new ValidationFailed([{ pointer: '/to', code: 'range', message }]);
  }
}
