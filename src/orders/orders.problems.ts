import type { ProblemDocs } from '../platform/http/index.js';

export const orderProblems: ProblemDocs = {
  product_unavailable: {
    title: "Product can't be ordered",
    help: 'A line names a product that does not exist, is archived or has a price in another currency.',
  },
  total_changed: {
    title: 'Total changed',
    help: 'A price or a tax changed since the customer saw the total. Nothing was reserved. Ask for a new quote (POST /v1/quotes), show it, and place the order with its total as `expectedTotal`.',
  },
  too_many_unpaid_orders: {
    title: 'Too many unpaid orders',
    help: 'Nothing was reserved. Pay or cancel one of your orders. An unpaid order also ends when its reservation runs out.',
  },
  too_many_pieces_held: {
    title: 'Too many pieces held without payment',
    help: 'Nothing was reserved. Order fewer pieces of the product, or pay for the orders that reserve it. For larger orders, ask the shop.',
  },
  approval_required: {
    title: 'A second person must approve',
    help: 'What goes back for one order and comes to more than REFUND_APPROVAL_ABOVE needs somebody else: POST /v1/approvals asks for a refund, POST /v1/orders/{id}/cancellation-requests for a cancellation, and a colleague answers with POST /v1/approvals/{id}/decision. What goes back counts together: refunds and cancellations, earlier ones too.',
  },
  nothing_to_refund: {
    title: 'Nothing to refund',
    help: 'The order has no such line, its pieces were cancelled or refunded already, they cost nothing, or the order owes no more what a refund of Till was for. `detail` says which.',
  },
  order_not_paid: {
    title: 'Order not paid',
    help: 'The money was returned, was voided, or does not cover these goods. Have the customer pay, or cancel the goods that are not paid for.',
  },
  order_not_captured: {
    title: 'Order not captured',
    help: 'An authorization can expire, so goods are shipped only after their money is captured: POST /v1/payments/:id/captures, then ship. Capturing and shipping in parts is possible.',
  },
  order_disputed: {
    title: 'Order in dispute',
    help: 'The customer disputes a payment of this order, or a dispute about it was lost. Wait until the dispute is won, or send `overrideDispute: true`, which needs the permission `orders:override_dispute`.',
  },
  refund_in_progress: {
    title: 'Refund in progress',
    help: 'A refund or void of this order is in progress and its outcome is not known yet. Try again when it is.',
  },
  order_partly_shipped: {
    title: 'A part of the order has been shipped',
    help: 'Customers can cancel an order until a part of it is shipped. After that, staff (`orders:write`) can cancel the rest.',
  },
  order_discounted: {
    title: 'The price depends on all pieces',
    help: 'Customers can cancel an order with a discount, or with shipping whose price goes by amount, pieces or weight, only as a whole. Staff (`orders:write`) can cancel a part.',
  },
  nothing_to_cancel: {
    title: 'Nothing to cancel',
    help: 'These pieces are already shipped or cancelled, or do not belong to the order. Nothing was changed.',
  },
  nothing_to_fulfill: {
    title: 'Nothing to fulfil',
    help: 'These lines are already fulfilled or cancelled, or the quantity is higher than what is left.',
  },
  amount_too_large: {
    title: 'Amount too large',
    help: 'The amount is higher than what is left. `detail` says how much is left. If a payment was sent together with its order, no order was placed.',
  },
};
