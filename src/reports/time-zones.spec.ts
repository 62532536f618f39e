import { expect, it } from 'vitest';
import { ValidationFailed } from '../shared/errors.js';
import { inTimeZone } from './time-zones.js';

it('A time zone that only the database does not know is a mistake of the caller', async () => {
  const unknown = Object.assign(new Error('time zone "x" not recognized'), { code: '22023' });
  await expect(inTimeZone(() => Promise.reject(unknown))).rejects.toThrow(ValidationFailed);
});

it('Other errors stay what they are', async () => {
  await expect(inTimeZone(() => Promise.reject(new RangeError('other')))).rejects.toThrow(RangeError);
});
