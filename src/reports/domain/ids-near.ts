import { leastUuidv7At } from '../../shared/uuid.js';
import type { ReportPeriod } from './report-period.js';

const DAY_MS = 86_400_000;

/** Returns the first and the last id (UUIDv7) that a row of the period may have: two days more, for time zones and clocks. */
export function idsNear({ from, to }: ReportPeriod): readonly [string, string] {
  return [leastUuidv7At(Math.max(0, Date.parse(from) - 2 * DAY_MS)), leastUuidv7At(Date.parse(to) + 2 * DAY_MS)];
}
