import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { decodeId, type EventId, leastIdAt, type OrderId } from '../../shared/ids.js';
import { EventsDeleted } from './outbox.errors.js';

/** Orders with events in a part of the log. */
export interface LoggedChanges {
  /** In the order of their first event of this part. */
  readonly orderIds: readonly OrderId[];
  /** The last event of the part; undefined if it is empty. */
  readonly last: EventId | undefined;
  readonly more: boolean;
}

/** Events read at once for each wanted order: a paid order has two to four. */
const EVENTS_PER_ORDER = 5;
/**
 * By how much an event's id, which its process makes just before the commit, may be older than the begin of its transaction is for
 * the server: processes follow the server's time to a fraction of a second.
 */
const SKEW_SECONDS = 2;
/** A transaction that has not written for so long records nothing any more: use cases wait for locks for a few seconds at most. */
const READS_ONLY_SECONDS = 60;

const CHANGES = `SELECT id, order_id AS "orderId" FROM events WHERE id > $1 AND order_id IS NOT NULL ORDER BY id LIMIT $2`;
const COMPLETE_UNTIL = `
  SELECT least(clock_timestamp(), min(xact_start)) - interval '${SKEW_SECONDS} s' AS until FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '${READS_ONLY_SECONDS} s')`;

const DELETED = 'SELECT forgotten, forgotten_event AS "forgottenEvent" FROM event_sequence';

interface Deleted extends Record<string, unknown> {
  readonly forgotten: number;
  readonly forgottenEvent: EventId | null;
}

/** The log of events, for readers that must miss nothing. */
@Injectable()
export class ChangeLog {
  constructor(private readonly tx: Transaction) {}

  /**
   * Returns a time before which every event has been committed, or never will be: the begin of the oldest transaction that may still write.
   * Events with later ids may still appear among those that were read. Ask before reading them, and the primary.
   */
  async completeUntil(): Promise<Date> {
    const [row] = await this.tx.query<{ until: Date } & Record<string, unknown>>(COMPLETE_UNTIL);
    return row!.until;
  }

  /** Returns at most `limit` orders with events after this one, or since this time. @throws EventsDeleted when some of them are deleted */
  async changedAfter(start: EventId | Date, limit: number): Promise<LoggedChanges> {
    const after = start instanceof Date ? leastIdAt<'evt'>(start) : start;
    const wanted = limit * EVENTS_PER_ORDER;
    const events = await this.tx.query<Change>(CHANGES, [after, wanted]);
    await this.assertKept(after);
    const orders = new Set<string>();
    let read = 0;
    for (const { orderId } of events) {
      if (orders.size === limit && !orders.has(orderId)) break;
      orders.add(orderId);
      read += 1;
    }
    return {
      orderIds: [...orders].map((id) => decodeId('ord', id)!),
      last: events[read - 1]?.id,
      more: read < events.length || events.length === wanted,
    };
  }

  /** Asked after the events are read, so that none is deleted in between. @throws EventsDeleted when events above this position are deleted */
  async assertKeptAbove(position: number): Promise<void> {
    const { forgotten } = await this.deleted();
    if (position < forgotten) {
      throw new EventsDeleted(`Make your copy anew, then follow the log with after=${forgotten}.`);
    }
  }

  private async assertKept(after: EventId): Promise<void> {
    const { forgottenEvent } = await this.deleted();
    if (forgottenEvent !== null && after < forgottenEvent) {
      throw new EventsDeleted('Make your copy anew from GET /v1/orders?sort=createdAt.');
    }
  }

  private async deleted(): Promise<Deleted> {
    return (await this.tx.query<Deleted>(DELETED))[0]!;
  }
}

type Change = { readonly id: EventId; readonly orderId: string } & Record<string, unknown>;
