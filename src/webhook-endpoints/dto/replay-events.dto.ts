import { IsMoment } from '../../platform/http/index.js';

export class ReplayEventsDto {
  @IsMoment('Events that happened at this time or later (UTC, ISO 8601); a day before `to` by default')
  readonly from?: Date;

  @IsMoment('Events that happened before this time (UTC, ISO 8601); now by default')
  readonly to?: Date;
}
