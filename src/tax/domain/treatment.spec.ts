import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { termsOf } from './tax-terms.js';
import type { TaxCategory, TaxTerm } from './taxes.js';
import { treatmentOf } from './treatment.js';

const term = (category: TaxCategory): TaxTerm =>
  frozen({ category, rate: category === 'S' ? '20' : '0', country: 'FR', label: 'VAT', reason: null, source: 'test' });
const [french, german, irish, british, northern] = [
  'FR40303265045',
  'DE136695976',
  'IE6433435F',
  'GB980780684',
  'XI980780684',
];
const sale = (home: string | undefined, destination: string, vatId: string | null, exemption: string | null = null) =>
  frozen({ home, destination, buyer: { vatId, exemption } });

describe('Goods', () => {
  it.each([
    ['K', 'S', sale('DE', 'FR', french)],
    ['K', 'Z', sale('DE', 'FR', french)],
    ['K', 'S', sale('DE', 'FR', irish)], // it may be of a third state
    ['K', 'S', sale('DE', 'FR', northern)],
    ['K', 'S', sale('DE', 'FR', french, 'embassy')],
    ['S', 'S', sale('DE', 'FR', null)],
    ['S', 'S', sale('DE', 'FR', german)],
    ['S', 'S', sale('DE', 'FR', british)],
    ['S', 'S', sale('DE', 'DE', french)],
    ['S', 'S', sale('DE', 'GB', french)],
    ['S', 'S', sale('GB', 'FR', french)],
    ['S', 'S', sale(undefined, 'FR', french)],
    ['E', 'S', sale('DE', 'FR', null, 'embassy')],
    ['E', 'S', sale(undefined, 'FR', null, 'embassy')],
    ['Z', 'Z', sale('DE', 'FR', null, 'embassy')],
    ['G', 'G', sale('DE', 'FR', french, 'embassy')],
    ['O', 'O', sale('DE', 'FR', french, 'embassy')],
  ] as const)('have the category %s instead of %s: %j', (category, before, of) => {
    const treated = treatmentOf(term(before), false, of);
    expect(treated.category).toBe(category);
    expect(treated.rate === '0').toBe(category !== 'S');
  });
});

describe('Services', () => {
  it.each([
    ['AE', 'FR', sale('DE', 'FR', french)],
    ['AE', 'FR', sale('DE', 'DE', french)],
    ['AE', 'FR', sale('DE', 'US', french)],
    ['S', 'FR', sale('DE', 'FR', northern)],
    ['S', 'FR', sale('DE', 'FR', german)],
    ['S', 'FR', sale('GB', 'FR', french)],
    ['E', 'FR', sale('DE', 'FR', null, 'embassy')],
  ] as const)('have the category %s in %s: %j', (category, country, of) => {
    expect(treatmentOf(term('S'), true, of)).toMatchObject({ category, country });
  });
});

const given = (category: TaxCategory) => ({ ...term(category), taxClass: 'standard', pricesIncludeTax: true });

const exportTerms = (home: string | undefined, destination: string, exports = false) =>
  termsOf({
    ...sale(home, destination, null),
    classes: ['standard'],
    services: new Set(),
    rates: [given('G')],
    homeRates: exports ? [given('S')] : [],
    exports,
  });

describe('A rate for exports', () => {
  it.each([
    ['DE', 'US'],
    ['GB', 'DE'],
    ['DE', 'GB'],
    [undefined, 'IT'],
  ])('counts from %s to %s', (home, to) => {
    expect(exportTerms(home, to).byClass.get('standard')).toMatchObject({ category: 'G', country: to });
  });

  it.each([
    ['DE', 'IT'],
    ['DE', 'DE'],
    ['GB', 'GB'],
  ])('does not count from %s to %s', (home, to) => {
    expect(() => exportTerms(home, to)).toThrow(expect.objectContaining({ code: 'tax_rate_missing' }));
    expect(() => exportTerms(home, to, true)).toThrow(expect.objectContaining({ code: 'tax_rate_missing' }));
  });
});
