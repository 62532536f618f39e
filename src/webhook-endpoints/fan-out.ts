import { Injectable } from '@nestjs/common';
import { insertMany, Transaction } from '../platform/database/index.js';
import { type EventId, newId } from '../shared/ids.js';
import { wants } from '../shared/event-filter.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';

const BATCH = 500;
/**
 * One worker at a time; another finds no row meanwhile. Locks nothing when nothing is new, since a lock is written to disk. Asked before it is known
 * which endpoints there are, so that each of them gets what happened after it was made.
 */
const CURSOR = `
  SELECT c.position, s.last FROM webhook_cursor c JOIN event_sequence s ON s.last > c.position FOR UPDATE OF c SKIP LOCKED`;
const NEXT = `
  SELECT position, event_id AS "eventId", type, aggregate_id AS "aggregateId" FROM event_log
  WHERE position > $1 AND position <= $2 ORDER BY position LIMIT ${BATCH}`;
const MOVE = 'UPDATE webhook_cursor SET position = $1';
const INSERT = insertMany(WebhookDeliveryEntity, ['id', 'endpointId', 'kind', 'eventId', 'position', 'aggregateId']);
const ONCE = { ...INSERT, sql: `${INSERT.sql} ON CONFLICT DO NOTHING` };

interface Logged extends Record<string, unknown> {
  readonly position: number;
  readonly eventId: EventId;
  readonly type: string;
  readonly aggregateId: string;
}

/** Up to where events became deliveries, and the end of the log. */
interface Cursor extends Record<string, unknown> {
  readonly position: number;
  readonly last: number;
}

/** What one batch had. */
interface FannedOut {
  readonly foundWork: boolean;
  /** Whether there may be more. */
  readonly more: boolean;
}

const NOTHING: FannedOut = { foundWork: false, more: false };

/** Turns events into deliveries: in the order of the log, each event once for each endpoint that wants it. */
@Injectable()
export class FanOut {
  constructor(
    private readonly tx: Transaction,
    private readonly endpoints: WebhookEndpointsRepository,
  ) {}

  /** Moves one batch. */
  run(): Promise<FannedOut> {
    return this.tx.run(async () => {
      const [cursor] = await this.tx.query<Cursor>(CURSOR);
      if (!cursor) return NOTHING;
      const endpoints = await this.endpoints.enabled();
      if (endpoints.length === 0) {
        this.tx.write(MOVE, [cursor.last]);
        return NOTHING;
      }
      const events = await this.tx.query<Logged>(NEXT, [cursor.position, cursor.last]);
      if (events.length === 0) return NOTHING;
      const wanted = endpoints.flatMap(({ id: endpointId, types }) =>
        events.filter(({ type }) => wants(types, type)).map((event) => ({ endpointId, ...event })),
      );
      const deliveries = wanted.map(({ endpointId, eventId, position, aggregateId }) => {
        return { id: newId<'dlv'>(), endpointId, kind: 'event' as const, eventId, position, aggregateId };
      });
      this.tx.writeBatch(ONCE, deliveries);
      this.tx.write(MOVE, [events.at(-1)!.position]);
      return { foundWork: true, more: events.length === BATCH };
    });
  }
}
