import type { Product } from '../catalog/index.js';
import { type Order, paymentStatusOf } from '../orders/index.js';
import type { Payment } from '../payments/index.js';
import { encodeId } from '../shared/ids.js';
import { formatMoney } from '../shared/money.js';
import type { User } from '../users/index.js';
import type { SearchHitView } from './search.view.js';

export const presentOrderHit = (order: Order): SearchHitView => ({
  type: 'order',
  id: encodeId('ord', order.id),
  title: String(order.number),
  detail: `${order.status}, ${paymentStatusOf(order)}, ${formatMoney({ amount: order.total, currency: order.currency })}`,
});

export const presentPaymentHit = (payment: Payment): SearchHitView => ({
  type: 'payment',
  id: encodeId('pay', payment.id),
  title: payment.reference ?? encodeId('pay', payment.id),
  detail: `${payment.status}, ${payment.provider}, ${formatMoney({ amount: payment.amount, currency: payment.currency })}`,
});

export const presentProductHit = (product: Product): SearchHitView => ({
  type: 'product',
  id: encodeId('prd', product.id),
  title: product.name,
  detail: `${product.sku}, ${product.status}, ${formatMoney({ amount: product.price, currency: product.currency })}`,
});

export const presentUserHit = (user: User): SearchHitView => ({
  type: 'user',
  id: encodeId('usr', user.id),
  title: user.name,
  detail: user.email,
});
