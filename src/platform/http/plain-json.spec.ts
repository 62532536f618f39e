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

  it('finds deep nesting without exhausting the stack', () => {
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    expect(unsafeValue(deep)).toMatchObject({ code: 'too_deep' });
  });

  it('lets ordinary JSON pass', () => {
    expect(
      unsafeValue({ a: [1, 2.5, -3, null, true, 'text \u{1F600}'], b: { c: Number.MAX_SAFE_INTEGER } }),
    ).toBeUndefined();
  });
});
