import { describe, expect, it } from 'vitest';
import { characters, isWithin } from './text.js';

const texts = ['', 'a', 'a\uFE0F', 'e\u0301', '\u{1F600}', '\u{1F468}\u200D\u{1F469}', '\u{20000}b\u{1F600}'];

describe('characters', () => {
  it.each(texts)('counts the code points of %j', (text) => expect(characters(text)).toBe([...text].length));
});

describe('isWithin', () => {
  it.each(texts)('allows %j exactly its own length', (text) => {
    const count = [...text].length;
    const limits = [count - 1, count, count + 1];
    expect(limits.map((max) => isWithin(text, max))).toEqual([false, true, true]);
  });
});
