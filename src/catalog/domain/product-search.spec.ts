import { describe, expect, it } from 'vitest';
import { searchTerms } from './product-search.js';

describe('searchTerms', () => {
  it('takes the last word as a beginning', () => {
    expect(searchTerms('red Shir').words).toBe('red & Shir:*');
  });

  it('keeps together what is written together', () => {
    expect(searchTerms(' small TSHIRT-RED/s ').words).toBe('small & TSHIRT <-> RED <-> s:*');
  });

  it.each([
    ['WHT/HR', "'wht/hr':*"],
    ["O'Neill", "'o''neill':*"],
    [String.raw`a\b`, String.raw`'a\\b':*`],
  ])('looks for skus that begin with %s', (text, sku) => expect(searchTerms(text).sku).toBe(sku));

  it.each(['"red shirt"', 'shirt -red', '-red', 'red OR blue', 'red or'])('leaves operators alone: %s', (text) => {
    expect(searchTerms(text)).toEqual({ web: text, words: '', sku: '' });
  });

  it.each(['T-shirt', 'orange', 'door', 'red orchid'])('sees no operator in %s', (text) => {
    expect(searchTerms(text).words).not.toBe('');
  });

  it('finds no words in signs', () => expect(searchTerms('!?').words).toBe(''));
});
