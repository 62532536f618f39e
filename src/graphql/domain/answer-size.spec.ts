import { describe, expect, it } from 'vitest';
import { assertShort } from './answer-size.js';

describe('An answer', () => {
  it('counts its texts, as often as they are in it, and its names', () => {
    const text = 'x'.repeat(40);
    expect(() => assertShort({ a: [text, text], b: 1, c: null }, 120)).not.toThrow();
    expect(() => assertShort({ a: [text, text, text] }, 120)).toThrow('more than 120 characters');
    expect(() => assertShort({ [text]: { [text]: { [text]: null } } }, 120)).toThrow('more than 120 characters');
  });
});
