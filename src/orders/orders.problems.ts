import type { ProblemDocs } from '../platform/http/index.js';

export const orderProblems: ProblemDocs = {
  product_unavailable: {
    title: 'Product can not be ordered',
    help: 'A line names a product that does not exist, is archived or has a price in another currency.',
  },
  too_many_unpaid_orders: {
    title: 'Too many unpaid orders',
    help: 'Nothing was reserved. Pay or cancel one of your orders; an unpaid one also ends by itself when its reservation runs out.',
  },
  too_many_pieces_held: {
    title: 'Too many pieces held without payment',
    help: 'Nothing was reserved. Order fewer pieces of the product at a time, or pay for those that are reserved. For larger orders, ask the shop.',
  },
  order_not_paid: {
    title: 'Order not paid',
    help: 'Its money has gone back, was given up, or is not enough for these goods. Have it paid, or cancel what is not paid for.',
  },
  order_not_captured: {
    title: 'Order not captured',
    help: 'An authorization runs out, so goods leave once their money is captured: POST /v1/payments/:id/captures, then ship. Goods may be captured and shipped in parts.',
  },
  order_disputed: {
    title: 'Order in dispute',
    help: 'The customer disputes a payment of this order, or a dispute of it was lost. Wait until the dispute is won, or send `overrideDispute: true`, which needs the permission `orders:override_dispute`.',
  },
  refund_in_progress: {
    title: 'Refund in progress',
    help: 'A refund or a void of the order has begun and its outcome is not known yet. Try again once it is.',
  },
  order_partly_shipped: {
    title: 'A part of the order has been shipped',
    help: 'Customers cancel an order as long as nothing of it has left. Staff (`orders:write`) can cancel what is left of it.',
  },
  nothing_to_cancel: {
    title: 'Nothing to cancel',
    help: 'Those pieces were shipped or cancelled before, or are no part of the order. Nothing was changed.',
  },
  nothing_to_fulfill: {
    title: 'Nothing to fulfil',
    help: 'Those lines are already fulfilled or cancelled, or the quantity is more than what is left of them.',
  },
  amount_too_large: {
    title: 'Amount too large',
    help: 'The amount is more than what is left. `detail` says how much that is.',
  },
};
