import { assertPermitted, type Caller, isOwn } from '../platform/access/index.js';
import type { WantedOrder } from './domain/place-order.js';

/** Refuses orders for others, and prices of one's own, without the permission. @throws Forbidden */
export function assertMayOrder(caller: Caller, { customerId, lines }: WantedOrder): void {
  if (!isOwn(caller, customerId)) assertPermitted(caller, 'orders:write');
  if (lines.some(({ unitPrice }) => unitPrice !== undefined)) assertPermitted(caller, 'orders:override_price');
}
