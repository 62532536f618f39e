import { DomainError } from '../../shared/errors.js';
import { formatMoney } from '../../shared/money.js';
import type { OrderHeader } from './order.js';
import { due, held } from './order-money.js';
import { awaitsPayment } from './reservation.js';

type Amount = (amount: number) => string;
const inCurrencyOf =
  ({ currency }: OrderHeader): Amount =>
  (amount) =>
    formatMoney({ amount, currency });

export class OrderNotPaid extends DomainError {
  readonly code = 'order_not_paid';
  readonly kind = 'conflict';
  constructor(order: OrderHeader) {
    const money = inCurrencyOf(order);
    super(
      `Payments hold ${money(Math.max(0, held(order)))} of the ${money(due(order))} that this order costs, so it is not shipped. Have the rest paid, or cancel what is not paid for.`,
      { transient: true },
    );
  }
}

export class OrderNotCaptured extends DomainError {
  readonly code = 'order_not_captured';
  readonly kind = 'conflict';
  constructor(order: OrderHeader, missing: number) {
    const { capturePending } = order;
    const money = inCurrencyOf(order);
    super(
      capturePending > 0
        ? `A capture of ${money(capturePending)} is under way and its outcome is not known yet. Ship once it has succeeded.`
        : `${money(missing)} for these goods is only authorised. Capture it (POST /v1/payments/:id/captures), then ship.`,
      { transient: true },
    );
  }
}

export class OrderDisputed extends DomainError {
  readonly code = 'order_disputed';
  readonly kind = 'conflict';
  constructor(order: OrderHeader) {
    const money = inCurrencyOf(order);
    const { disputedAmount, chargedBackAmount } = order;
    const what = [
      ...(disputedAmount > 0 ? [`${money(disputedAmount)} of this order is in dispute`] : []),
      ...(chargedBackAmount > 0 ? [`${money(chargedBackAmount)} of it was lost in a dispute`] : []),
    ];
    super(`${what.join(', ')}. To ship it all the same, send overrideDispute: true (orders:override_dispute).`, {
      transient: true,
    });
  }
}

export class RefundInProgress extends DomainError {
  readonly code = 'refund_in_progress';
  readonly kind = 'conflict';
  constructor() {
    super(
      'Money of this order is on its way back, so it is not shipped. Wait for the outcome of the refund or the void, then try again.',
      { transient: true },
    );
  }
}

/**
 * Refuses to ship goods that are not paid for. `goods` is the value of all shipped goods including this shipment, in minor units. With
 * `overrideDispute`, disputed and lost money counts as paid.
 * @throws OrderDisputed, OrderNotPaid, RefundInProgress, OrderNotCaptured
 */
export function assertShippable(order: OrderHeader, goods: number, overrideDispute: boolean): void {
  const { authorizedAmount, capturedAmount, refundedAmount, disputedAmount, chargedBackAmount } = order;
  if (disputedAmount + chargedBackAmount > 0 && !overrideDispute) throw new OrderDisputed(order);
  if (order.total > 0 && authorizedAmount <= refundedAmount) throw new OrderNotPaid(order);
  // It lost all its money and was not paid again as a whole; only a lost dispute can be overridden.
  if (awaitsPayment(order) && chargedBackAmount === 0) throw new OrderNotPaid(order);
  // Money on its way back that the order may not keep does not matter for its goods.
  if (order.voidPending + order.refundPending > Math.max(0, held(order) - due(order))) throw new RefundInProgress();
  const taken = capturedAmount - refundedAmount;
  // Till may return a surplus from captured money, and leave an authorization that can expire.
  const surplus = authorizedAmount > capturedAmount ? Math.max(0, held(order) - due(order)) : 0;
  if (goods <= taken - surplus) return;
  if (authorizedAmount > capturedAmount) throw new OrderNotCaptured(order, goods - taken + surplus);
  // A refund of a paid order is no reason to withhold the goods: the shop agreed to get less for them.
  if (taken < due(order)) throw new OrderNotPaid(order);
}
