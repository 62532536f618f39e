import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { type Collector, insertMany, Transaction } from '../database/index.js';
import { currentRequest } from '../logging/index.js';
import { currentShop } from '../metrics/index.js';
import { noteChange } from '../schedule/index.js';
import { tracing } from '../tracing/index.js';
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
  'traceparent',
]);
const RECORD = {
  ...INSERT,
  sql: `WITH recorded AS (${INSERT.sql}) INSERT INTO outbox (event_id) SELECT unnest($1::uuid[])`,
};

/** Events of one transaction, and the request that it serves. */
interface Recording {
  readonly events: DomainEvent[];
  readonly request: ReturnType<typeof currentRequest>;
  readonly traceparent: string | null;
}

/** Records events in the transaction of the change that they report. Side effects follow from them. */
@Injectable()
export class Outbox {
  private readonly recording: Collector<Recording> = {
    // Now, because the commit of a group runs in the context of one of its requests.
    begin: () => ({
      events: [],
      request: currentRequest(),
      traceparent: tracing()?.position()?.traceparent ?? null,
    }),
    flush: (recording) => this.write(recording),
  };

  private readonly shop = currentShop();

  constructor(private readonly tx: Transaction) {}

  /** Records events in the running transaction. They are written together, just before the commit. */
  record(...events: readonly DomainEvent[]): void {
    noteChange(this.shop);
    this.tx.collected(this.recording).events.push(...events);
  }

  private write({ events, request, traceparent }: Recording): void {
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
        traceparent,
      })),
    );
  }
}
