import { DomainError } from '../shared/errors.js';

export class CouponCodeTaken extends DomainError {
  readonly code = 'coupon_code_taken';
  readonly kind = 'conflict';
  constructor(code: string) {
    super(`Another coupon has the code ${code}, also if it is archived. Choose another one.`);
  }
}
