export {
  ApprovalRequired,
  assertNeedsNoApproval,
  needsApproval,
  returnedByCancelling,
} from './domain/approval-limit.js';
export type { ApprovalLimits } from './domain/approval-limits.js';
export { piecesToCancel } from './domain/cancel-order.js';
export {
  type Order,
  type OrderHeader,
  type PaymentStatus as OrderPaymentStatus,
  paymentStatuses,
  paymentStatusOf,
} from './domain/order.js';
export { type LineQuantity, MAX_LINES, type OrderLine } from './domain/order-lines.js';
export { applyMoney, hasEnded, type MoneyMoved, type MoneyOfOrder, owed, unpaid } from './domain/order-money.js';
export { MAX_CHARGES, pricedPartsOf } from './domain/order-charges.js';
export { type OrderStatus, transition as orderTransition } from './domain/order-state.js';
export { type WantedOrder } from './domain/place-order.js';
export {
  refundedCharge,
  assertStillRefundable,
  NothingToRefund,
  refundOf,
  type RefundedLine,
  type RefundedPieces,
} from './domain/refund-lines.js';
export { refundedByName } from './domain/refunded-pieces.js';
export type { TaxShare } from './domain/tax-groups.js';
export { ManualDiscountDto } from './dto/manual-discount.dto.js';
export { OrderChargeDto } from './dto/order-charge.dto.js';
export { LineQuantities, LineQuantityDto } from './dto/line-quantity.dto.js';
export { awaitsPayment } from './domain/reservation.js';
export { assertMayOrder } from './may-order.js';
export { presentOrder } from './order.presenter.js';
export { OrderChargeView } from './order-charges.view.js';
export { OrderLineView, OrderView, shippingAddress } from './order.view.js';
export { type Cause, type NextLook, type Obligation, Obligations } from './obligations.js';
export type { ObligationReason } from './obligation.entity.js';
export { OrdersModule } from './orders.module.js';
export { type NamedRefund, OrderRefunds } from './order-refunds.js';
export { type BookedMoney, isDivided, OrderTaxes } from './order-taxes.js';
export { type Cancellation, OrdersService } from './orders.service.js';
export { orderSettings } from './orders.settings.js';
export { CancelOrderDto } from './dto/cancel-order.dto.js';
export { type QuotedOrder, Quotes } from './quotes.js';
