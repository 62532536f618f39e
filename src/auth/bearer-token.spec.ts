import { expect, it } from 'vitest';
import { bearerToken } from './bearer-token.js';

it.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc ', 'abc'],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Basic abc', undefined],
  ['Bearerabc', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j holds %j', (header, token) => expect(bearerToken(header)).toBe(token));
