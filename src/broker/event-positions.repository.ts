import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import type { EventId } from '../shared/ids.js';

const POSITIONS = `SELECT event_id AS id, position FROM event_log WHERE event_id = ANY ($1::uuid[])`;

/** Where events are in the log. */
@Injectable()
export class EventPositionsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the positions of these events. */
  async of(ids: readonly EventId[]): Promise<ReadonlyMap<EventId, number>> {
    const rows = await this.tx.query<{ id: EventId; position: number }>(POSITIONS, [ids]);
    return new Map(rows.map(({ id, position }) => [id, position]));
  }
}
