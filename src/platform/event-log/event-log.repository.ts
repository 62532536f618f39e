import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { uuidv7At } from '../../shared/uuid.js';
import { columnsOf, Transaction, whereOf } from '../database/index.js';
import { EventEntity } from '../outbox/index.js';
import { EventLogEntity } from './event-log.entity.js';

/** An event with its position in the log; `null` until the relay has put it there. */
export type LoggedEvent = EventEntity & { readonly sequence: number | null };

/** What events to list; absent members say nothing. */
export interface EventFilter {
  readonly type?: string;
  readonly aggregateId?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** Where a page begins: below a position, newest first; or above one, oldest first. */
export interface Place {
  readonly below?: number;
  readonly above?: number;
}

/** An id is made within a transaction, so its time is near that of the event; in milliseconds. */
const NEAR_MS = 60_000;
const COLUMNS = `${columnsOf(EventEntity, 'e')}, l.position::float8 AS sequence`;
const FIND = `SELECT ${COLUMNS} FROM events e LEFT JOIN event_log l ON l.event_id = e.id WHERE e.id = $1`;

@Injectable()
export class EventLogRepository {
  constructor(private readonly tx: Transaction) {}

  /** In the order of the log: newest first, or, above a position, oldest first. */
  list(filter: EventFilter, { below, above }: Place, take: number): Promise<LoggedEvent[]> {
    const { type, aggregateId, from, to } = filter;
    const parameters: unknown[] = [];
    const where = whereOf(parameters, {
      'l.type =': type,
      'l.aggregate_id =': aggregateId,
      'l.position <': below,
      'l.position >': above,
      // The ids limit what is read, the times say what belongs to the list.
      'l.event_id >=': from && uuidv7At(from.getTime() - NEAR_MS),
      'l.event_id <': to && uuidv7At(to.getTime() + NEAR_MS),
      'e.created_at >=': from,
      'e.created_at <': to,
    });
    const sorted = `ORDER BY l.position ${above === undefined ? 'DESC' : 'ASC'} LIMIT $${parameters.push(take)}`;
    const sql = `SELECT ${COLUMNS} FROM event_log l JOIN events e ON e.id = l.event_id ${where} ${sorted}`;
    return this.tx.repository(EventLogEntity).query<LoggedEvent[]>(sql, parameters);
  }

  async find(id: EventId): Promise<LoggedEvent | undefined> {
    const [event] = await this.tx.query<LoggedEvent & Record<string, unknown>>(FIND, [id]);
    return event;
  }
}
