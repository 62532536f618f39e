import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { insertMany, Transaction } from '../database/index.js';
import { currentRequest } from '../logging/index.js';
import { EventEntity } from './event.entity.js';
import type { DomainEvent } from './event.js';

/** One statement for all events: the log, and the queue that the relay empties. */
const INSERT = insertMany(EventEntity, [
  'id',
  'type',
  'aggregateType',
  'aggregateId',
  'aggregateVersion',
  'orderId',
  'data',
  'requestId',
  'actorId',
]);
const RECORD = {
  ...INSERT,
  sql: `WITH recorded AS (${INSERT.sql}) INSERT INTO outbox (event_id) SELECT unnest($1::uuid[])`,
};

/** How side effects leave: an event is recorded in the transaction of the change it tells of, or not at all. */
@Injectable()
export class Outbox {
  private readonly pending = new WeakMap<object, DomainEvent[]>();

  constructor(private readonly tx: Transaction) {}

  /** Records events with the running transaction; they are written together, just before it commits. */
  record(...events: readonly DomainEvent[]): void {
    const waiting = this.pending.get(this.tx.key);
    if (waiting) {
      waiting.push(...events);
      return;
    }
    const batch = [...events];
    this.pending.set(this.tx.key, batch);
    const request = currentRequest(); // of a group's member, whose commit runs in the context of another
    this.tx.beforeCommit(() => this.flush(batch, request));
  }

  private flush(events: readonly DomainEvent[], request: ReturnType<typeof currentRequest>): void {
    this.tx.writeBatch(
      RECORD,
      events.map(({ type, aggregate, orderId, data }) => ({
        id: newId<'evt'>(),
        type,
        aggregateType: aggregate.type,
        aggregateId: aggregate.id,
        aggregateVersion: aggregate.version,
        orderId: orderId ?? null,
        data,
        requestId: request?.requestId ?? null,
        actorId: request?.callerId ?? null,
      })),
    );
  }
}
