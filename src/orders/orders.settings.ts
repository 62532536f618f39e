import { z } from 'zod';
import { isProduction, quota, seconds, section } from '../platform/config/index.js';
import { LIMITS_FORM, NO_LIMITS, readLimits } from './domain/approval-limits.js';

const approvalLimits = z.string().transform((text, { addIssue, value }) => {
  const limits = readLimits(text);
  if (!limits) addIssue({ code: 'custom', message: LIMITS_FORM, input: value });
  return limits ?? NO_LIMITS;
});

export const orderSettings = section({
  variables: {
    ORDER_RESERVATION_SECONDS: seconds.default(900),
    QUOTA_UNPAID_ORDERS: quota.default(20),
    QUOTA_UNPAID_PIECES: quota.default(100),
    REFUND_APPROVAL_ABOVE: approvalLimits.optional(),
  },
  secrets: [],
  /** Somebody must have decided how much one person alone may give back. */
  problems: ({ REFUND_APPROVAL_ABOVE, ...given }) =>
    REFUND_APPROVAL_ABOVE || !isProduction(given)
      ? []
      : [`REFUND_APPROVAL_ABOVE: must be set in production: ${LIMITS_FORM.replace('must be ', '')}`],
  settings: ({ ORDER_RESERVATION_SECONDS, QUOTA_UNPAID_ORDERS, QUOTA_UNPAID_PIECES, REFUND_APPROVAL_ABOVE }) => ({
    reservationSeconds: ORDER_RESERVATION_SECONDS,
    /** Limits per customer; none for callers with `orders:write`. */
    unpaidQuota: { orders: QUOTA_UNPAID_ORDERS, pieces: QUOTA_UNPAID_PIECES },
    approvalAbove: REFUND_APPROVAL_ABOVE ?? NO_LIMITS,
  }),
});
