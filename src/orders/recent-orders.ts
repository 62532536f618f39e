import type { OrderId } from '../shared/ids.js';
import type { Order, OrderHeader } from './domain/order.js';

/** Enough for those who pay at once, and little memory whatever people put into their orders. */
const MAX_SIZE = 2000;

/**
 * Orders that this process placed, as they were then. They may have changed since, or never been committed: whoever relies on
 * one has to validate it.
 */
export class RecentOrders {
  private readonly byId = new Map<OrderId, OrderHeader>();

  add(order: Order): void {
    const header: OrderHeader & { lines?: undefined } = { ...order, lines: undefined };
    this.byId.set(header.id, header);
    if (this.byId.size > MAX_SIZE) this.byId.delete(this.byId.keys().next().value!);
  }

  /** The order, once. */
  take(id: OrderId): OrderHeader | undefined {
    const order = this.byId.get(id);
    this.byId.delete(id);
    return order;
  }
}
