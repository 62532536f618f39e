import { expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { isValidLink, signLink } from './export-link.js';

const [secret, id] = [Buffer.alloc(32, 1), newId<'exp'>()];
const link = signLink(secret, id, 1000);

it('A link works until it expires', () => {
  expect([999, 1000].map((now) => isValidLink(secret, id, link, now))).toEqual([true, false]);
});

it.each([
  ['of another export', secret, newId<'exp'>(), link],
  ['by another secret', Buffer.alloc(32, 2), id, link],
  ['until later', secret, id, { ...link, expires: 2000 }],
  ['without a signature', secret, id, { ...link, signature: '' }],
  ['with another signature', secret, id, { ...link, signature: `A${link.signature.slice(1)}` }],
])('A link %s does not work', (_, its, of, given) => {
  expect(isValidLink(its, of, given, 1)).toBe(false);
});
