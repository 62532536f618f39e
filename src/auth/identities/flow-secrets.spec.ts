import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { secretsOf } from './flow-secrets.js';

it('gives a flow secrets of its own, of which none tells another one', () => {
  const [one, other] = [secretsOf('a'.repeat(43)), secretsOf('b'.repeat(43))];
  expect(secretsOf('a'.repeat(43))).toEqual(one);
  expect(new Set([...Object.values(one), ...Object.values(other)]).size).toBe(8);
  expect(one.challenge).toBe(createHash('sha256').update(one.verifier).digest('base64url'));
  // RFC 7636, section 4.1.
  expect(one.verifier).toMatch(/^[\w-]{43}$/);
});
