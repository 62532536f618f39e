import { DomainError, WAIT_FOR_OUTCOME } from '../../shared/errors.js';
import type { AttemptKind } from './payment.js';

/** Transient while a payment of the order is in progress: its outcome may leave something to pay. */
export class OrderNotPayable extends DomainError {
  readonly code = 'order_not_payable';
  readonly kind = 'conflict';
  constructor(why: string, isUnderWay = false) {
    super(`Nothing is left to pay for this order. ${why}`, { transient: isUnderWay });
  }
}

/** Transient if the amount is too large only because of operations in progress, whose outcome may free it. In minor units. */
export class AmountTooLarge extends DomainError {
  readonly code = 'amount_too_large';
  readonly kind = 'conflict';
  constructor(what: string, amount: number, left: number, underWay = 0) {
    const isUnderWay = amount <= left + underWay;
    const then = isUnderWay ? ` while ${underWay} are under way. ${WAIT_FOR_OUTCOME}` : '.';
    super(`${what} of ${amount} minor units is more than the ${left} that are left${then}`, { transient: isUnderWay });
  }
}

export class OperationUnderWay extends DomainError {
  readonly code = 'operation_under_way';
  readonly kind = 'conflict';
  constructor() {
    super(`An operation of the same kind is under way for it. ${WAIT_FOR_OUTCOME}`, { transient: true });
  }
}

/** Transient: the operator can configure the provider again, and then the same request succeeds. */
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

/** The provider refused a capture or a void: nothing was captured or voided. `amount` is in minor units. */
export class OperationRefused extends DomainError {
  readonly code = 'operation_refused';
  readonly kind = 'conflict';
  constructor(operation: AttemptKind, amount: number) {
    super(
      `The ${operation} of ${amount} minor units was declined: it did not happen, and the payment is as before. Read the payment, and check it at the provider before you send another request with a new Idempotency-Key.`,
    );
  }
}

/** Transient while the first capture is in progress: if it fails, another one is possible. */
export class CapturedOnce extends DomainError {
  readonly code = 'captured_once';
  readonly kind = 'conflict';
  constructor(provider: string, isUnderWay: boolean) {
    const then = isUnderWay ? `, and one is under way. ${WAIT_FOR_OUTCOME}` : ', which was made. The rest is released.';
    super(`The provider ${provider} takes one capture of an authorization${then} It was not called.`, {
      transient: isUnderWay,
    });
  }
}

/** Only money that Till can't post by itself is posted by people. */
export class DifferenceNotPostable extends DomainError {
  readonly code = 'difference_not_postable';
  readonly kind = 'conflict';
  constructor(reason: string) {
    super(
      `A difference with the reason ${reason} is not posted: its money belongs to a payment, or is in the ledger already.`,
    );
  }
}

export class DifferencePosted extends DomainError {
  readonly code = 'difference_posted';
  readonly kind = 'conflict';
  constructor() {
    super('The ledger has the money of this difference already.');
  }
}
