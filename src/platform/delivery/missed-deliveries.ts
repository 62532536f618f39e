import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { type Row, Transaction } from '../database/index.js';

/** Events that one statement looks at. */
const PAGE = 2000;

/**
 * Only what is before the oldest event of the outbox: all of that was relayed. The time of an event is in its id (UUIDv7), so the primary
 * keys lead to events and deliveries.
 */
const MISSED = `
  WITH page AS MATERIALIZED (
    SELECT id, type, order_id FROM events WHERE id > $1 AND id < coalesce(
      (SELECT event_id FROM outbox ORDER BY event_id LIMIT 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY id LIMIT ${PAGE})
  SELECT (SELECT count(*)::int FROM page) AS seen, (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, (
    SELECT coalesce(json_agg(json_build_object('id', p.id, 'orderId', p.order_id) ORDER BY p.id), '[]') FROM page p
    WHERE p.type = ANY($2::text[]) AND p.order_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM event_deliveries d WHERE d.event_id = p.id AND d.consumer = $3)) AS missed`;
const ADD = `
  INSERT INTO event_deliveries (event_id, consumer) SELECT event_id, $1 FROM unnest($2::uuid[]) AS m (event_id)
  ON CONFLICT DO NOTHING RETURNING 1`;

/** An event about an order that was relayed, and did not become a delivery of a consumer. */
export interface MissedEvent {
  readonly id: EventId;
  /** In its public form. */
  readonly orderId: string;
}

/** What one statement found. */
export interface MissedPage {
  readonly missed: readonly MissedEvent[];
  /** The last event that it looked at; undefined if there was none. */
  readonly last: EventId | undefined;
  /** Whether there may be more. */
  readonly more: boolean;
}

/** What the relay of a process without some consumer has left out: it makes deliveries for the consumers of its own process. */
@Injectable()
export class MissedDeliveries {
  constructor(private readonly tx: Transaction) {}

  /** Returns events of these types about orders, after an event in the order of ids, that are no delivery of the consumer. */
  async find(consumer: string, types: readonly string[], after: EventId): Promise<MissedPage> {
    const [row] = await this.tx.query<Found>(MISSED, [after, types, consumer]);
    const { seen, last, missed } = row!;
    return { missed, last: last ?? undefined, more: seen === PAGE };
  }

  /** Makes the events deliveries of the consumer, due now. Returns how many were none before. */
  async add(consumer: string, events: readonly EventId[]): Promise<number> {
    return events.length === 0 ? 0 : (await this.tx.query(ADD, [consumer, events])).length;
  }
}

interface Found extends Row {
  readonly seen: number;
  readonly last: EventId | null;
  readonly missed: readonly MissedEvent[];
}
