import { expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { addedUp } from './totals.js';

it('adds totals up by currency, beyond what a number holds', () => {
  const eur = { currency: 'EUR', entries: 2, debits: '9007199254740993', credits: '9007199254740992' };
  const usd = { currency: 'USD', entries: 1, debits: '0', credits: '5' };
  expect(addedUp(frozen([usd, eur, { ...eur, entries: 3, credits: '1' }]))).toEqual([
    { currency: 'EUR', entries: 5, debits: '18014398509481986', credits: '9007199254740993' },
    usd,
  ]);
  expect(addedUp([])).toEqual([]);
});

it('keeps nothing of what it is given but the totals', () => {
  const part = { currency: 'EUR', entries: 2, debits: '3', credits: '3', settled: true };
  expect(addedUp(frozen([part]))).toEqual([{ currency: 'EUR', entries: 2, debits: '3', credits: '3' }]);
});
