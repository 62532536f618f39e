import { expect, it } from 'vitest';
import { normalizeEmail } from './email.js';

it.each([
  ['  Ada@Example.COM ', 'ada@example.com'],
  ['cafe\u0301@example.com', 'caf\u00e9@example.com'],
  ['already@example.com', 'already@example.com'],
])('%j is %j', (text, email) => expect(normalizeEmail(text)).toBe(email));
