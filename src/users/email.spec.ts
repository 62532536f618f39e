import { expect, it } from 'vitest';
import { normalizeEmail } from './email.js';

it.each([
  ['  Ada@Example.COM ', 'ada@example.com'],
  ['cafe\u0301@example.com', 'caf\u00e9@example.com'],
  ['already@example.com', 'already@example.com'],
  ['ada@M\u00fcnchen.example', 'ada@xn--mnchen-3ya.example'],
  ['ada@mu\u0308nchen.example', 'ada@xn--mnchen-3ya.example'],
  ['ada@xn--mnchen-3ya.example', 'ada@xn--mnchen-3ya.example'],
  ['ada@\uff45xample\u3002com', 'ada@example.com'],
  ['b\u00e4r@example.com', 'b\u00e4r@example.com'],
])('%j is %j', (text, email) => expect(normalizeEmail(text)).toBe(email));

it.each([
  'ada@example.com\r\n',
  'ada@exa\u200bmple.com',
  'a\u00adda@example.com',
  'ada\u2028@example.com',
  'ada@ex%61mple.com',
  'ada@example.com/x',
  'ada@',
  '@example.com',
  'ada',
])('leaves %j for the validation to refuse', (text) => expect(normalizeEmail(text)).toBe(text));
