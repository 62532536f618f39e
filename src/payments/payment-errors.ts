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

/** Transient: the operator can configure the provider again, and the same request then goes on. */
export class ProviderNotConfigured extends DomainError {
  readonly code = 'provider_not_configured';
  readonly kind = 'conflict';
  constructor(provider: string) {
    super(
      `The payment is at the provider ${provider}, which this installation is not configured to call. It was not called. Configure ${provider} again (it takes new payments only if PAYMENT_PROVIDERS lists it), restart, then repeat the request.`,
      { transient: true },
    );
  }
}
