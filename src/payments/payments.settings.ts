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
    /** When money is taken, unless staff say otherwise: at once, or by a capture of its own. */
    captureMode: CAPTURE_MODE,
    /** Declined payments, of one order and of one customer in an hour; callers with `payments:write` have no limit. */
    declineQuota: { ofOrder: QUOTA_DECLINES_PER_ORDER, ofCustomer: QUOTA_DECLINES_PER_HOUR },
  }),
});
