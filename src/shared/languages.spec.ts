import { expect, it } from 'vitest';
import { acceptedLanguage } from './languages.js';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7', 'en'],
  ['en;q=0.5, de;q=0.8', 'de'],
  ['de;q=0, en', 'en'],
  ['fr, *;q=0.5, de;q=0.1', 'en'],
  ['DE-de', 'de'],
  ['den', 'en'],
  [';;;,q=,de;q=x', 'en'],
])('Accept-Language %j asks for %s', (header, language) => expect(acceptedLanguage(header)).toBe(language));
