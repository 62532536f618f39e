import { describe, expect, it } from 'vitest';
import { unsafeValue } from './plain-json.js';

describe('unsafeValue', () => {
  it.each([
    ['a NUL', { name: 'a\0b' }, '/name', 'nul'],
    ['a NUL in a name', { 'a\0': 1 }, '/a', 'nul'],
    ['a lone surrogate', [{ x: '\ud800' }], '/0/x', 'malformed_text'],
    ['an overflowed number', { n: JSON.parse('1e400') }, '/n', 'number_range'],
    ['2^53', { n: 2 ** 53 }, '/n', 'number_range'],
    ['a name of every object', { a: { constructor: 1 } }, '/a/constructor', 'reserved_name'],
    ['a name of every class', { prototype: {} }, '/prototype', 'reserved_name'],
    ['a prototype', JSON.parse('{"__proto__":1}'), '/__proto__', 'reserved_name'],
    ['a pointer that needs escapes', { 'a/b~c': '\0' }, '/a~1b~0c', 'nul'],
  ])('finds %s', (_, value, pointer, code) => {
    expect(unsafeValue(value)).toMatchObject({ pointer, code });
  });

  it.each([4111111111111111, -4111111111111111, 4111111111111111.5])('finds the card number in the number %d', (n) => {
    expect(unsafeValue({ n })).toMatchObject({ pointer: '/n', code: 'card_number_refused' });
  });

  it('finds deep nesting without exhausting the stack', () => {
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    expect(unsafeValue(deep)).toMatchObject({ code: 'too_deep' });
  });

  it.each([
    [
      'members of one object',
      'too_many_members',
      Object.fromEntries(Array.from({ length: 251 }, (_, n) => [`a${n}`, 0])),
    ],
    ['elements', 'too_many_values', Array.from({ length: 1001 }, () => 0)],
    ['values in all', 'too_many_values', Array.from({ length: 300 }, () => [1, 2, 3])],
  ])('finds too many %s', (_, code, value) => {
    expect(unsafeValue(value)).toMatchObject({ code });
  });

  it('takes as many values as its route says', () => {
    const lines = Array.from({ length: 1500 }, () => ({ productId: 'p', quantity: 1, unitPrice: 1 }));
    expect(unsafeValue({ lines }, 8500)).toBeUndefined();
    expect(unsafeValue({ lines })).toMatchObject({ code: 'too_many_values', pointer: '/lines' });
  });

  it.each(['sku', 'gtin', 'phone', 'phone_number', 'Idempotency-Key', 'EAN13'])(
    'searches no %s for card numbers',
    (name) => {
      expect(unsafeValue({ [name]: '4111111111111111' })).toBeUndefined();
      expect(unsafeValue({ [name]: ['4111111111111111', 4111111111111111] })).toBeUndefined();
      expect(unsafeValue({ [name]: { note: '4111111111111111' } })).toMatchObject({ code: 'card_number_refused' });
      expect(unsafeValue({ [name]: '\0' })).toMatchObject({ code: 'nul' });
    },
  );

  it('lets ordinary JSON pass', () => {
    expect(
      unsafeValue({ a: [1, 2.5, -3, null, true, 'text \u{1F600}'], b: { c: Number.MAX_SAFE_INTEGER } }),
    ).toBeUndefined();
  });
});
