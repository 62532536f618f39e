import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import type { Keyset } from '../http/index.js';
import type { RecordedEvent } from './event.js';

const COLUMNS = `
  id, type, json_build_object('type', aggregate_type, 'id', aggregate_id, 'version', aggregate_version) AS aggregate,
  order_id AS "orderId", data, request_id AS "requestId", actor_id AS "actorId", created_at AS "createdAt"`;

/** Reads what was recorded. */
@Injectable()
export class EventLog {
  constructor(private readonly tx: Transaction) {}

  /** Events on the timeline of the order (public id), newest first. */
  ofOrder(orderId: string, after: Keyset | undefined, limit: number): Promise<RecordedEvent[]> {
    const position = after ? 'AND id < $3' : '';
    return this.tx.query<RecordedEvent & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM events WHERE order_id = $1 ${position} ORDER BY id DESC LIMIT $2`,
      [orderId, limit, ...(after ?? [])],
    );
  }
}
