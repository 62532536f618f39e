import { Injectable } from '@nestjs/common';
import type { OrderId } from '../shared/ids.js';
import type { Caller, Permission } from '../platform/access/index.js';
import { type Keyset, type Page, pageOf } from '../platform/http/index.js';
import { OrdersService } from '../orders/index.js';
import { type TimelineEntry, type TimelinePart, TimelineRepository } from './timeline.repository.js';

/** The permission that each part needs. Everybody who may see the order sees its events. */
const needed: Readonly<Record<TimelinePart, Permission | undefined>> = {
  event: undefined,
  provider_call: 'payments:read',
  webhook: 'payments:read',
  ledger: 'ledger:read',
  stock: 'stock:read',
};

/** Everything that happened to an order, as one list. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly orders: OrdersService,
    private readonly repository: TimelineRepository,
  ) {}

  /** Returns the parts that the caller may see, newest first. @throws NotFound also for another customer's order */
  async read(caller: Caller, id: OrderId, after: Keyset | undefined, limit: number): Promise<Page<TimelineEntry>> {
    await this.orders.read(caller, id);
    const wanted = (Object.keys(needed) as TimelinePart[]).filter((part) => {
      const permission = needed[part];
      return !permission || caller.permissions.has(permission);
    });
    const entries = await this.repository.list(id, wanted, after, limit + 1);
    const page = pageOf(entries, limit, (entry) => [entry.id]);
    return { ...page, data: page.data.map((entry) => withoutStaff(entry, caller)) };
  }
}

/** Hides who did something from customers, unless they did it themselves. */
function withoutStaff(entry: TimelineEntry, caller: Caller): TimelineEntry {
  const mayKnow =
    entry.actorId === caller.userId || caller.permissions.has('users:read') || caller.permissions.has('orders:read');
  return mayKnow ? entry : { ...entry, actorId: null };
}
