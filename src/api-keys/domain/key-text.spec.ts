import { expect, it } from 'vitest';
import { hashOfSecret, isSecret, newKeyText, readKey, writeKey } from './key-text.js';

it('a key is read as it was written', () => {
  const key = newKeyText();
  expect(writeKey(key)).toMatch(/^till_live_[0-9a-f]{12}_[\w-]{43}$/);
  expect(readKey(writeKey(key))).toEqual(key);
  expect(readKey(writeKey(newKeyText()))).not.toEqual(key);
});

it('a key of a further shop names it', () => {
  const key = newKeyText();
  expect(writeKey(key, 'north-2')).toBe(`${writeKey(key)}.north-2`);
  expect(readKey(writeKey(key, 'north-2'))).toEqual(key);
});

it.each([
  '',
  `till_live_0123456789ab_${'x'.repeat(43)}.North`,
  `till_live_0123456789ab_${'x'.repeat(43)}.`,
  'till_live_',
  'till_live_0123456789ab_short',
  `till_test_0123456789ab_${'x'.repeat(43)}`,
  'a.b.c',
])('%j is no key', (text) => expect(readKey(text)).toBeUndefined());

it('a hash fits its own secret alone', () => {
  const [one, other] = [newKeyText().secret, newKeyText().secret];
  expect(isSecret(one, hashOfSecret(one))).toBe(true);
  expect(isSecret(other, hashOfSecret(one))).toBe(false);
});
