import { expect, it } from 'vitest';
import { databaseStateOf, notReady } from './not-ready.js';

const error = (code: string) => Object.assign(new Error('said by the database'), { code, severity: 'ERROR' });

it.each([
  ['25006', 'read_only'],
  ['53100', 'disk_full'],
  ['53300', 'lacks_resources'],
  ['42P01', 'schema'],
  ['28P01', 'refused'],
  ['57P03', 'no_answer'],
])('The state of a database that says %s is %s', (code, state) => {
  expect(databaseStateOf(notReady(error(code)).message)).toBe(state);
});

it('Without a reason the database takes writes', () => {
  expect(databaseStateOf(undefined)).toBe('writable');
});
