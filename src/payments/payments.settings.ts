import { z } from 'zod';
import { quota, section } from '../platform/config/index.js';

export const paymentSettings = section({
  variables: {
    CAPTURE_MODE: z.enum(['automatic', 'manual']).default('automatic'),
    QUOTA_DECLINES_PER_ORDER: quota.default(10),
    QUOTA_DECLINES_PER_HOUR: quota.default(20),
  },
  secrets: [],
  settings: ({ CAPTURE_MODE, QUOTA_DECLINES_PER_ORDER, QUOTA_DECLINES_PER_HOUR }) => ({
    /** Whether paying captures the money, unless staff choose otherwise, or a separate capture does. */
    captureMode: CAPTURE_MODE,
    /** Limits of declined payments per order, and per customer and hour; none for callers with `payments:write`. */
    declineQuota: { ofOrder: QUOTA_DECLINES_PER_ORDER, ofCustomer: QUOTA_DECLINES_PER_HOUR },
  }),
});
