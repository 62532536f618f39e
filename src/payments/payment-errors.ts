import { DomainError } from '../shared/errors.js';

export class OrderNotPayable extends DomainError {
  readonly code = 'order_not_payable';
  readonly kind = 'conflict';
  constructor() {
    super('The order is already paid, or is being paid, in full.');
  }
}

export class AmountTooLarge extends DomainError {
  readonly code = 'amount_too_large';
  readonly kind = 'conflict';
  constructor(what: string, amount: number, left: number) {
    super(`${what} of ${amount} minor units is more than the ${left} that are left.`);
  }
}
