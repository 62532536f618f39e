import { Injectable } from '@nestjs/common';
import { encodeId, type OrderId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { type Keyset, type Page, pageOf } from '../platform/http/index.js';
import { EventLog, type RecordedEvent } from '../platform/outbox/index.js';
import { OrdersService } from './orders.service.js';

/** Everything that happened to an order and its payments, in one list. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly orders: OrdersService,
    private readonly events: EventLog,
  ) {}

  /** Newest first. @throws NotFound also for what belongs to somebody else */
  async read(caller: Caller, id: OrderId, after: Keyset | undefined, limit: number): Promise<Page<RecordedEvent>> {
    await this.orders.read(caller, id);
    const events = await this.events.ofOrder(encodeId('ord', id), after, limit + 1);
    return pageOf(events, limit, (event) => [event.id]);
  }
}
