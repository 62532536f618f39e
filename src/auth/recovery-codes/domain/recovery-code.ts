import { createHash, randomBytes } from 'node:crypto';

export const RECOVERY_CODES = 10;
/** 120 bits, so that the hash needs no salt and no cost (ASVS 6.5.2: at least 112). */
const LENGTH = 24;
/** Digits and letters that nobody confuses: no I, L, O and U (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Makes codes for somebody whose authenticator is lost, in groups of four: `7YQ0-...`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % 32]).join('');
    return text.match(/.{4}/g)!.join('-');
  });
}

/** SHA-256 of a code as people may type it, the only form in which it is stored; `undefined` for text that is no recovery code. */
export function hashOfRecoveryCode(typed: string): Buffer | undefined {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return text.length === LENGTH ? createHash('sha256').update(text).digest() : undefined;
}
