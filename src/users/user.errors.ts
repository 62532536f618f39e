import { DomainError } from '../shared/errors.js';

export class EmailTaken extends DomainError {
  readonly code = 'email_taken';
  readonly kind = 'conflict';

  constructor(email: string) {
    super(`An account with the e-mail address ${email} already exists.`);
  }
}

/** Prevents that somebody, the last administrator above all, locks themselves out by mistake. */
export class OwnStatus extends DomainError {
  readonly code = 'own_status';
  readonly kind = 'conflict';

  constructor() {
    super('You can not disable your own account; ask another administrator.');
  }
}

/** Prevents that the last administrator locks everybody out. */
export class OwnRoles extends DomainError {
  readonly code = 'own_roles';
  readonly kind = 'conflict';

  constructor() {
    super('You can not change your own roles; ask another administrator.');
  }
}
