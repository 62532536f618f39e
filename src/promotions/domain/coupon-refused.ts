import { DomainError, type Violation } from '../../shared/errors.js';
import type { Refusal } from './refusal.js';

/** Coupons that the customer entered do not apply; `errors` says which and why. */
export class CouponRefused extends DomainError {
  readonly code = 'coupon_refused';
  readonly kind = 'conflict';
  constructor(violations: readonly Violation[]) {
    super('Some coupons do not apply, so nothing was reserved; errors says which and why.', {
      violations,
      transient: true,
    });
  }
}

/** The violation for the coupon at this place of the request. */
export const couponViolation = (index: number, { code, message }: Refusal): Violation => ({
  pointer: `/couponCodes/${index}`,
  code,
  message,
});
