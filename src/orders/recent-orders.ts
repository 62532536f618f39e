import type { OrderId } from '../shared/ids.js';
import type { OrderHeader } from './domain/order.js';

/** Enough for everybody who is on the way from the basket to the till. */
const MAX_SIZE = 10_000;

/**
 * Orders that this process placed, as they were then. They may have changed since, or never been committed: whoever goes by
 * one has to validate it.
 */
export class RecentOrders {
  private readonly byId = new Map<OrderId, OrderHeader>();

  add(order: OrderHeader): void {
    this.byId.set(order.id, order);
    if (this.byId.size > MAX_SIZE) this.byId.delete(this.byId.keys().next().value!);
  }

  /** The order, once. */
  take(id: OrderId): OrderHeader | undefined {
    const order = this.byId.get(id);
    this.byId.delete(id);
    return order;
  }
}
