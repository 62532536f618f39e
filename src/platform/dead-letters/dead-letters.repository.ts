import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { Transaction, whereOf } from '../database/index.js';
import { IS_DEAD } from '../delivery/index.js';
import type { DeadLetterKey } from './dead-letter-id.js';

/** An event that was given up for a consumer. */
export interface DeadLetter extends DeadLetterKey, Record<string, unknown> {
  readonly type: string;
  readonly aggregateId: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: Date;
}

/** Which to list; absent members say nothing. */
export interface DeadLetterFilter {
  readonly consumer?: string | undefined;
  readonly before?: DeadLetterKey | undefined;
}

const COLUMNS = `
  d.event_id AS "eventId", d.consumer, d.attempts, d.last_error AS "lastError", e.type, e.aggregate_id AS "aggregateId",
  e.created_at AS "createdAt"`;
/** From the first try on, as if it had never been tried. */
const REVIVE = `
  UPDATE event_deliveries SET status = 'pending', attempts = 0, next_attempt_at = now()
  WHERE ${IS_DEAD} AND ($1::uuid IS NULL OR event_id = $1) AND ($2::text IS NULL OR consumer = $2) RETURNING event_id`;

@Injectable()
export class DeadLettersRepository {
  constructor(private readonly tx: Transaction) {}

  /** Those of the newest events first. */
  list({ consumer, before }: DeadLetterFilter, take: number): Promise<DeadLetter[]> {
    const parameters: unknown[] = [];
    const filter = whereOf(parameters, { 'd.consumer =': consumer }).replace('WHERE', 'AND');
    const after = before && [parameters.push(before.eventId), parameters.push(before.consumer)];
    const rest = after ? `AND (d.event_id, d.consumer) < ($${after[0]}, $${after[1]})` : '';
    return this.tx.query<DeadLetter>(
      `SELECT ${COLUMNS} FROM event_deliveries d JOIN events e ON e.id = d.event_id WHERE ${IS_DEAD} ${filter} ${rest}
       ORDER BY d.event_id DESC, d.consumer DESC LIMIT $${parameters.push(take)}`,
      parameters,
    );
  }

  /** Makes dead deliveries due again: of one event, of one consumer, or all. Returns how many. */
  async revive(eventId: EventId | null, consumer: string | null): Promise<number> {
    return (await this.tx.query(REVIVE, [eventId, consumer])).length;
  }
}
