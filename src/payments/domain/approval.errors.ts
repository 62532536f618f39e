import { DomainError } from '../../shared/errors.js';

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

export class NothingToApprove extends DomainError {
  readonly code = 'nothing_to_approve';
  readonly kind = 'conflict';

  constructor() {
    super('This cancellation gives no captured money back, so it needs no second person.');
  }
}
