import { quota, seconds, section } from '../platform/config/index.js';

export const orderSettings = section({
  variables: {
    ORDER_RESERVATION_SECONDS: seconds.default(900),
    QUOTA_UNPAID_ORDERS: quota.default(20),
    QUOTA_UNPAID_PIECES: quota.default(100),
  },
  secrets: [],
  settings: ({ ORDER_RESERVATION_SECONDS, QUOTA_UNPAID_ORDERS, QUOTA_UNPAID_PIECES }) => ({
    reservationSeconds: ORDER_RESERVATION_SECONDS,
    /** Limits per customer; none for callers with `orders:write`. */
    unpaidQuota: { orders: QUOTA_UNPAID_ORDERS, pieces: QUOTA_UNPAID_PIECES },
  }),
});
