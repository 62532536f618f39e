import { describe, expect, it } from 'vitest';
import { hashOfRecoveryCode, newRecoveryCodes } from './recovery-code.js';

describe('A recovery code', () => {
  it('is one of ten, all different, in groups of four', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('is the same however it is typed', () => {
    const hashes = ['01ab-cdef-ghjk-mnpq-rstv-wxyz', 'O1ABCDEFGHJKMNPQRSTVWXYZ', ' 0labcdef ghjkmnpq rstvwxyz '];
    expect(new Set(hashes.map((code) => hashOfRecoveryCode(code)?.toString('hex'))).size).toBe(1);
  });

  it.each(['', '123456', '01AB-CDEF-GHJK-MNPQ-RSTV-WXY'])('is not "%s"', (text) => {
    expect(hashOfRecoveryCode(text)).toBeUndefined();
  });
});
