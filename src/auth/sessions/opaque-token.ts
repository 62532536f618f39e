import { createHash, randomBytes } from 'node:crypto';

/** Makes a token of 256 random bits, in base64url. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of a token: the only form in which it is stored. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
