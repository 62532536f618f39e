import { encodeId } from '../shared/ids.js';
import type { Order } from './domain/order.js';
import type { OrderDiscount } from './domain/order-discounts.js';
import { pricedPartsOf } from './domain/order-charges.js';
import { remainingDiscount } from './domain/order-lines.js';
import type { OrderDiscountView } from './order-discounts.view.js';

interface OrderDiscountsView {
  readonly discount?: number;
  readonly discounts?: readonly OrderDiscountView[];
}

/** The discounts of an order as clients see them; nothing for an order without a discount. */
export function presentOrderDiscounts(order: Order): OrderDiscountsView {
  const { discounts } = order;
  if (!discounts) return {};
  return {
    discount: pricedPartsOf(order.lines, order).reduce((sum, part) => sum + remainingDiscount(part), 0),
    discounts: discounts.map(presentDiscount),
  };
}

function presentDiscount(discount: OrderDiscount): OrderDiscountView {
  const { source, promotionId, code, name, benefit, percentage, reason, amount } = discount;
  const id = promotionId && encodeId('prm', promotionId);
  return { source, promotionId: id, code, name, benefit, percentage, ...(reason !== null && { reason }), amount };
}
