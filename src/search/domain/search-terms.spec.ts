import { expect, it } from 'vitest';
import { encodeId, newId } from '../../shared/ids.js';
import { searchTerms } from './search-terms.js';

it.each<[string, string[]]>([
  [encodeId('ord', newId()), ['id']],
  ['ada@till.test', ['email']],
  ['1042', ['number', 'text']],
  ['#1042', ['number', 'text']],
  ['49.90', ['amount', 'text']],
  ['49,90', ['amount', 'text']],
  ['49.9', ['text']],
  ['ord_none', ['text']],
  ['Ada Lovelace', ['text']],
  ['9'.repeat(16), ['text']],
])('%s may mean %j', (q, kinds) => {
  expect(searchTerms(q).map(({ kind }) => kind)).toEqual(kinds);
});

it('An amount is in minor units', () => {
  expect(searchTerms(' 49,90 ')).toContainEqual({ kind: 'amount', cents: 4990 });
});
