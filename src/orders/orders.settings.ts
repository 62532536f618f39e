import { z } from 'zod';
import { quota, seconds, section } from '../platform/config/index.js';

export const orderSettings = section({
  variables: {
    ORDER_RESERVATION_SECONDS: seconds.default(900),
    QUOTA_UNPAID_ORDERS: quota.default(20),
    QUOTA_UNPAID_PIECES: quota.default(100),
    REFUND_APPROVAL_ABOVE: z.coerce.number().int().min(0).max(9_999_999_999).optional(),
  },
  secrets: [],
  settings: ({ ORDER_RESERVATION_SECONDS, QUOTA_UNPAID_ORDERS, QUOTA_UNPAID_PIECES, REFUND_APPROVAL_ABOVE }) => ({
    reservationSeconds: ORDER_RESERVATION_SECONDS,
    /** Limits per customer; none for callers with `orders:write`. */
    unpaidQuota: { orders: QUOTA_UNPAID_ORDERS, pieces: QUOTA_UNPAID_PIECES },
    /** In whole units of the currency: what goes back for an order and comes to more needs a second person. */
    approvalAbove: REFUND_APPROVAL_ABOVE,
  }),
});
