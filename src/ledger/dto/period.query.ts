import { IsMoment } from '../../platform/http/index.js';

export class PeriodQuery {
  @IsMoment('The first moment of the period (UTC, ISO 8601); from the beginning when absent')
  readonly from?: Date;

  @IsMoment('The first moment after the period (UTC, ISO 8601); until now when absent')
  readonly to?: Date;
}
