import { describe, expect, it } from 'vitest';
import type { Config } from '../config/index.js';
import { Encryption, keyNameOf } from './encryption.js';

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const withKeys = (...encryptionKeys: string[]) => new Encryption({ encryptionKeys } as Config);
const [old, young] = [key('2026', 1), key('2027', 2)];
const place = { table: 'safes', column: 'secret', id: '1' };
const secret = 'JBSWY3DPEHPK3PXP ünïcödé';

describe('an encrypted secret', () => {
  const encryption = withKeys(young, old);

  it.each(['', 'x', secret])('comes back: %j', (text) => {
    const sealed = encryption.encrypt(text, place);
    expect(sealed).toMatch(/^[a-z0-9-]{1,32}:[A-Za-z0-9_-]{38,}$/);
    expect(encryption.decrypt(sealed, place)).toBe(text);
  });

  it('has another text each time, with the name of the newest key', () => {
    const sealed = [encryption.encrypt(secret, place), encryption.encrypt(secret, place)];
    expect(new Set(sealed).size).toBe(2);
    expect(sealed.map(keyNameOf)).toEqual(['2027', '2027']);
  });

  it('of an older key comes back while that key is there', () => {
    const sealed = withKeys(old).encrypt(secret, place);
    expect(encryption.decrypt(sealed, place)).toBe(secret);
    expect(() => withKeys(young).decrypt(sealed, place)).toThrow('ENCRYPTION_KEYS has no key 2026');
  });

  it.each([{ table: 'boxes' }, { column: 'other' }, { id: '2' }])('is of no use elsewhere: %j', (other) => {
    const sealed = encryption.encrypt(secret, place);
    expect(() => encryption.decrypt(sealed, { ...place, ...other })).toThrow('encrypted for another place');
  });

  it('is refused when any of its bytes has changed, is missing or was added', () => {
    const [id, text] = encryption.encrypt(secret, place).split(':') as [string, string];
    const bytes = [...Buffer.from(text, 'base64url')];
    const flipped = bytes.map((byte, at) => bytes.with(at, byte ^ 1));
    for (const changed of [...flipped, bytes.slice(1), bytes.slice(0, -1), [...bytes, 0], []])
      expect(() => encryption.decrypt(`${id}:${Buffer.from(changed).toString('base64url')}`, place)).toThrow(
        'it was changed',
      );
  });

  it('is refused under another key of the same name', () => {
    const sealed = encryption.encrypt(secret, place);
    expect(() => withKeys(key('2027', 3)).decrypt(sealed, place)).toThrow('it was changed');
  });
});

it('says which setting is missing', () => {
  expect(() => withKeys().encrypt(secret, place)).toThrow('ENCRYPTION_KEYS is not set');
});
