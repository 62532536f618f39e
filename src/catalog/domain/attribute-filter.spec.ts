import { describe, expect, it } from 'vitest';
import { candidatesOf, nestAttributes } from './attribute-filter.js';

describe('nestAttributes', () => {
  it('gathers attributes and leaves the rest', () => {
    const query = { limit: '5', 'attributes[color]': 'red', 'attributes[size of box]': ['s', 'm'] };
    expect(nestAttributes(query)).toEqual({
      limit: '5',
      attributes: { color: ['red'], 'size of box': ['s', 'm'] },
    });
  });

  it('adds nothing where there is nothing', () => expect(nestAttributes({ q: 'x' })).toEqual({ q: 'x' }));

  it.each(['attributes[]', 'attributes[a][b]', 'attributes[a', 'xattributes[a]', 'attributes[__proto__]'])(
    'does not understand %s',
    (key) => expect(nestAttributes({ [key]: 'x' })).toEqual({ [key]: 'x' }),
  );

  it('does not hide a plain attributes key', () => {
    expect(nestAttributes({ attributes: 'x', 'attributes[a]': '1' })).toEqual({ attributes: 'x' });
  });
});

const valuesFor = (text: string) => candidatesOf('a', [text]).map((json) => (JSON.parse(json) as { a: unknown }).a);

describe('candidatesOf', () => {
  it.each([
    ['red', ['red', ['red']]],
    ['42', ['42', ['42'], 42, [42]]],
    ['-1.50', ['-1.50', ['-1.50'], -1.5, [-1.5]]],
    ['true', ['true', ['true'], true, [true]]],
    ['007', ['007', ['007']]],
    ['1e3', ['1e3', ['1e3']]],
    ['', ['', ['']]],
  ])('%j', (text, expected) => expect(valuesFor(text)).toEqual(expected));

  it('offers every value', () => {
    expect(candidatesOf('color', ['red', 'blue'])).toContain('{"color":"red"}');
    expect(candidatesOf('color', ['red', 'blue'])).toContain('{"color":"blue"}');
  });
});
