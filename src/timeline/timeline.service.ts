import { Injectable } from '@nestjs/common';
import type { OrderId } from '../shared/ids.js';
import type { Caller, Permission } from '../platform/access/index.js';
import { type Keyset, type Page, pageOf } from '../platform/http/index.js';
import { OrdersService } from '../orders/index.js';
import { type TimelineEntry, type TimelinePart, TimelineRepository } from './timeline.repository.js';

/** What each part needs; whoever may see the order sees what happened to it. */
const needed: Readonly<Record<TimelinePart, Permission | undefined>> = {
  event: undefined,
  provider_call: 'payments:read',
  webhook: 'payments:read',
  ledger: 'ledger:read',
  stock: 'stock:read',
};

/** Everything that happened to an order, in one list. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly orders: OrdersService,
    private readonly repository: TimelineRepository,
  ) {}

  /** Newest first, as far as the caller may see it. @throws NotFound also for what belongs to somebody else */
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

/** Customers see what was done, and of who did it only themselves. */
function withoutStaff(entry: TimelineEntry, caller: Caller): TimelineEntry {
  const mayKnow =
    entry.actorId === caller.userId || caller.permissions.has('users:read') || caller.permissions.has('orders:read');
  return mayKnow ? entry : { ...entry, actorId: null };
}
