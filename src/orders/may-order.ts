import { assertPermitted, type Caller, isOwn } from '../platform/access/index.js';
import type { WantedOrder } from './domain/place-order.js';

/** Refuses orders for others, and prices, charges and discounts of one's own, without the permission. @throws Forbidden */
export function assertMayOrder(caller: Caller, { customerId, lines, charges, discounts }: WantedOrder): void {
  if (!isOwn(caller, customerId)) assertPermitted(caller, 'orders:write');
  if (charges || lines.some(({ unitPrice }) => unitPrice !== undefined))
    assertPermitted(caller, 'orders:override_price');
  if (discounts) assertPermitted(caller, 'orders:discount');
}
