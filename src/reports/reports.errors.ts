import { DomainError } from '../shared/errors.js';

export class ReportTooLarge extends DomainError {
  readonly code = 'report_too_large';
  readonly kind = 'invalid';

  constructor(rows: number) {
    super(`The table has more than ${rows} rows. Ask for fewer days, or make an export: POST /v1/exports.`);
  }
}
