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
    super("You can't disable your own account; ask another administrator.");
  }
}

export class AccountErased extends DomainError {
  readonly code = 'account_erased';
  readonly kind = 'conflict';

  constructor() {
    super('The personal data of this account was erased, so it stays as it is.');
  }
}

/** Without an administrator, nobody could give anybody a role. */
export class LastAdmin extends DomainError {
  readonly code = 'last_admin';
  readonly kind = 'conflict';

  constructor() {
    super('This is the last active administrator; make another one first.');
  }
}

/** Prevents that the last administrator locks everybody out. */
export class OwnRoles extends DomainError {
  readonly code = 'own_roles';
  readonly kind = 'conflict';

  constructor() {
    super("You can't change your own roles; ask another administrator.");
  }
}

/** A password of less than 15 characters may not be the only factor. */
export class PasswordTooShort extends DomainError {
  readonly code = 'password_too_short';
  readonly kind = 'conflict';

  constructor() {
    super('The password is too short to be the only factor; change it to one of at least 15 characters first.');
  }
}
