import { z } from 'zod';
import { quota, section } from '../platform/config/index.js';

export const paymentSettings = section({
  variables: {
    CAPTURE_MODE: z.enum(['automatic', 'manual']).default('automatic'),
    REFUND_APPROVAL_ABOVE: z.coerce.number().int().min(0).max(9_999_999_999).optional(),
    QUOTA_DECLINES_PER_ORDER: quota.default(10),
    QUOTA_DECLINES_PER_HOUR: quota.default(20),
  },
  secrets: [],
  settings: ({ CAPTURE_MODE, REFUND_APPROVAL_ABOVE, QUOTA_DECLINES_PER_ORDER, QUOTA_DECLINES_PER_HOUR }) => ({
    /** Whether paying captures the money, unless staff choose otherwise, or a separate capture does. */
    captureMode: CAPTURE_MODE,
    /** In whole units of the currency: refunds of a payment that come to more need a second person. */
    refundApprovalAbove: REFUND_APPROVAL_ABOVE,
    /** Limits of declined payments per order, and per customer and hour; none for callers with `payments:write`. */
    declineQuota: { ofOrder: QUOTA_DECLINES_PER_ORDER, ofCustomer: QUOTA_DECLINES_PER_HOUR },
  }),
});
