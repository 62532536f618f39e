import { describe, expect, it } from 'vitest';
import { base32, matchingStep, otpauthUri, stepAt, totpCode } from './totp.js';

/** The seeds of RFC 6238, appendix B: digits in a row, as long as the hash. */
const seed = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length));
const lengths = { sha1: 20, sha256: 32, sha512: 64 } as const;
/** The table of RFC 6238, appendix B. */
const vectors = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
] as const;
const at = (seconds: number) => new Date(seconds * 1000);

describe('A code of an authenticator', () => {
  it.each(vectors)('is at %i s as RFC 6238 says', (seconds, ...codes) => {
    const made = (['sha1', 'sha256', 'sha512'] as const).map((algorithm) =>
      totpCode(seed(lengths[algorithm]), stepAt(at(seconds)), 8, algorithm),
    );
    expect(made).toEqual(codes);
  });

  it('has the last six digits of those', () => {
    expect(totpCode(seed(20), stepAt(at(59)))).toBe('287082');
  });

  it('is taken in its step and in the next one, and not before or after', () => {
    const code = totpCode(seed(20), 1000);
    const taken = [999, 1000, 1001, 1002].map((step) => matchingStep(seed(20), code, at(step * 30)));
    expect(taken).toEqual([undefined, 1000, 1000, undefined]);
  });

  it('is not taken when its step or a later one was used', () => {
    const code = totpCode(seed(20), 1000);
    const taken = [999, 1000, 1001].map((last) => matchingStep(seed(20), code, at(30_000), last));
    expect(taken).toEqual([1000, undefined, undefined]);
  });

  it.each(['', '28708', '2870822', 'ääääää', ' 287082'])('is not "%s"', (code) => {
    expect(matchingStep(seed(20), code, at(59))).toBeUndefined();
  });
});

describe('The secret', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('is in base32 as RFC 4648 says: "%s"', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  it('is handed to the app with issuer and account', () => {
    expect(otpauthUri(seed(20), 'shop.example', 'ada+1@till.test')).toBe(
      'otpauth://totp/shop.example:ada%2B1%40till.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=shop.example',
    );
  });
});
