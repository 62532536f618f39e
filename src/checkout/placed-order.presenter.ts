import { presentOrder } from '../orders/index.js';
import { presentPayment } from '../payments/index.js';
import type { PlacedOrder } from './checkout.service.js';
import { PlacedOrderView } from './placed-order.view.js';

export function presentPlacedOrder({ order, payment }: PlacedOrder): PlacedOrderView {
  if (payment === undefined) return presentOrder(order);
  return { ...presentOrder(order), payment: payment && presentPayment(payment) };
}
