import { expect, it } from 'vitest';
import { limitOf, readLimits } from './approval-limits.js';

it.each([
  ['none', undefined, undefined],
  ['500', 500, 500],
  ['0', 0, 0],
  ['500,JPY:60000', 500, 60_000],
  ['500, JPY:60000 , USD:600', 500, 60_000],
  ['none,JPY:60000', undefined, 60_000],
])('%s is a limit of %d EUR and %d JPY', (text, euros, yen) => {
  const limits = readLimits(text)!;
  expect([limitOf(limits, 'EUR'), limitOf(limits, 'JPY')]).toEqual([euros, yen]);
});

it.each([
  '',
  ' ',
  'JPY:60000',
  '500,',
  '500,JPY',
  '500,JPY:',
  '500,XXY:5',
  '500,jpy:5',
  '1.5',
  '-1',
  '1e3',
  '500,JPY:1,JPY:2',
  '99999999999',
  'None',
])('%j is no limit', (text) => expect(readLimits(text)).toBeUndefined());

it('is none of a member that every object has', () => {
  expect(limitOf(readLimits('none')!, 'constructor')).toBeUndefined();
});
