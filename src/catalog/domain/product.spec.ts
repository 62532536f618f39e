import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { applyChange } from './product.js';

const mug = frozen({
  sku: 'MUG-1',
  name: 'Mug',
  description: 'Blue',
  price: 999,
  currency: 'EUR',
  attributes: { color: 'blue' },
  taxClass: null,
  weight: 340,
  status: 'active',
} as const);

describe('A change of a product', () => {
  it('replaces what it names, attributes as a whole, and leaves the rest', () => {
    const change = frozen({ name: 'Red mug', description: undefined, attributes: { glaze: 'matt' } });
    expect(applyChange(mug, change)).toEqual({ ...mug, name: 'Red mug', attributes: { glaze: 'matt' } });
  });

  it('of null takes the weight away, and of 0 keeps it', () => {
    expect(applyChange(mug, frozen({ weight: null }))).toEqual({ ...mug, weight: null });
    expect(applyChange(mug, frozen({ weight: 0 }))).toEqual({ ...mug, weight: 0 });
  });

  it('of the price sets amount and currency', () => {
    expect(applyChange(mug, { price: frozen({ amount: 100, currency: 'JPY' }) })).toEqual({
      ...mug,
      price: 100,
      currency: 'JPY',
    });
  });
});
