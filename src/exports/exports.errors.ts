import { DomainError } from '../shared/errors.js';

export class TooManyExports extends DomainError {
  readonly code = 'too_many_exports';
  readonly kind = 'conflict';

  constructor(limit: number) {
    super(`${limit} of your exports are still being made. Wait until one is ready.`, { transient: true });
  }
}

export class TooMuchExported extends DomainError {
  readonly code = 'too_much_exported';
  readonly kind = 'conflict';

  constructor(whose: 'your' | 'all', bytes: number) {
    super(`The files of ${whose} exports have ${bytes} bytes or more. Older ones are deleted by themselves.`, {
      transient: true,
    });
  }
}

/** It says nothing about which exports exist. */
export class ExportLinkInvalid extends DomainError {
  readonly code = 'export_link_invalid';
  readonly kind = 'forbidden';

  constructor() {
    super('The link is wrong or has expired, or whoever made it may no longer read the file.');
  }
}

/** A file would be larger than what is kept. */
export class ExportTooLarge extends Error {
  constructor(bytes: number) {
    super(`The file would have more than ${bytes} bytes. Ask for fewer days.`);
  }
}
