import { describe, expect, it } from 'vitest';
import { PasswordHasher } from './password-hasher.js';

const hasher = new PasswordHasher();

describe('PasswordHasher', () => {
  it('makes Argon2id of the stated cost, with a salt of its own each time', async () => {
    const [one, two] = await Promise.all([hasher.hash('a long enough one'), hasher.hash('a long enough one')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('knows the password, in any way its letters can be composed, and no other', async () => {
    const hash = await hasher.hash('caf\u00e9 au lait');
    expect(await hasher.matches('cafe\u0301 au lait', hash)).toBe(true);
    expect(await hasher.matches('cafe au lait', hash)).toBe(false);
    expect(await hasher.matches('', hash)).toBe(false);
  });

  it('finds a hash of another cost outdated', async () => {
    const own = await hasher.hash('a long enough one');
    expect(hasher.isOutdated(own)).toBe(false);
    expect(hasher.isOutdated(own.replace('t=2', 't=1'))).toBe(true);
    expect(hasher.isOutdated(own.replace('argon2id', 'argon2i'))).toBe(true);
  });

  it.each([null, undefined])('matches nothing against %s', async (none) =>
    expect(await hasher.matches('a long enough one', none)).toBe(false),
  );
});
