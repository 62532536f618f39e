import { DomainError } from '../../shared/errors.js';

export class ApprovalRequired extends DomainError {
  readonly code = 'approval_required';
  readonly kind = 'conflict';

  /** `limit` is in whole units of the currency. */
  constructor(limit: number, currency: string) {
    super(
      `Refunds of a payment that come to more than ${limit} ${currency} need a second person: ask with POST /v1/approvals.`,
    );
  }
}

export class OwnApproval extends DomainError {
  readonly code = 'own_approval';
  readonly kind = 'conflict';

  constructor() {
    super('Somebody else must decide on what you asked for.');
  }
}

export class AlreadyDecided extends DomainError {
  readonly code = 'already_decided';
  readonly kind = 'conflict';

  constructor(status: string) {
    super(`This request is ${status} already; a request is decided once.`);
  }
}
