import { DomainError } from '../shared/errors.js';

export class OrderNotPayable extends DomainError {
  readonly code = 'order_not_payable';
  readonly kind = 'conflict';
  constructor(why: string) {
    super(`Nothing is left to pay for this order. ${why}`);
  }
}

export class AmountTooLarge extends DomainError {
  readonly code = 'amount_too_large';
  readonly kind = 'conflict';
  constructor(what: string, amount: number, left: number) {
    super(`${what} of ${amount} minor units is more than the ${left} that are left.`);
  }
}
