import { DomainError } from '../shared/errors.js';

export class RoleTaken extends DomainError {
  readonly code = 'role_taken';
  readonly kind = 'conflict';

  constructor(name: string) {
    super(`A role named ${name} already exists.`);
  }
}

export class RoleInUse extends DomainError {
  readonly code = 'role_in_use';
  readonly kind = 'conflict';

  constructor(name: string) {
    super(`Accounts have the role ${name}; take it from them first.`);
  }
}

/** The table of built-in roles is part of the code. */
export class BuiltInRole extends DomainError {
  readonly code = 'built_in_role';
  readonly kind = 'conflict';

  constructor(name: string) {
    super(`The role ${name} is built in, so it can't be changed or deleted.`);
  }
}
