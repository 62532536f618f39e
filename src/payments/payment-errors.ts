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

export class OperationUnderWay extends DomainError {
  readonly code = 'operation_under_way';
  readonly kind = 'conflict';
  constructor() {
    super('An operation of the same kind is under way for it. Wait for its outcome, then try again.', {
      transient: true,
    });
  }
}
