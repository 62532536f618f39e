import { encodeId } from '../shared/ids.js';
import type { Order } from './domain/order.js';
import type { OrderDiscount } from './domain/order-discounts.js';
import { remainingDiscount } from './domain/order-lines.js';
import type { OrderDiscountView } from './order-discounts.view.js';

interface OrderDiscountsView {
  readonly discount?: number;
  readonly discounts?: readonly OrderDiscountView[];
}

/** The discounts of an order as clients see them; nothing for an order without a discount. */
export function presentOrderDiscounts({ discounts, lines }: Order): OrderDiscountsView {
  if (!discounts) return {};
  return {
    discount: lines.reduce((sum, line) => sum + remainingDiscount(line), 0),
    discounts: discounts.map(presentDiscount),
  };
}

function presentDiscount(discount: OrderDiscount): OrderDiscountView {
  const { source, promotionId, code, name, benefit, percentage, amount } = discount;
  const id = promotionId && encodeId('prm', promotionId);
  return { source, promotionId: id, code, name, benefit, percentage, amount };
}
