import { sqlState } from '../platform/database/index.js';
import { ValidationFailed } from '../shared/errors.js';

/** PostgreSQL's code for an invalid parameter, such as an unknown time zone. */
const INVALID_PARAMETER = '22023';

/** Runs a report. @throws ValidationFailed for a time zone that only this process knows */
export async function inTimeZone<T>(report: () => Promise<T>): Promise<T> {
  try {
    return await report();
  } catch (error) {
    if (sqlState(error) !== INVALID_PARAMETER) throw error;
    const message = 'is no time zone that the database knows';
    throw new ValidationFailed([{ pointer: '/timeZone', code: 'isTimeZone', message }]);
  }
}
