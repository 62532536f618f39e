import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Makes a token of 256 random bits, in base64url. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Makes 256 random bits. */
export const newSalt = () => randomBytes(32);

/** SHA-256 of a token: the only form in which it is stored. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Returns the token that follows from another one and a key, the same each time, in base64url. Nobody makes it who has not all three: a thief
 * of the token knows neither the salt nor, as a rule, the key; a reader of the database has only the hash of the token.
 */
export function successorOf(token: string, key: string | undefined, salt: Buffer): string {
  return createHmac('sha256', salt)
    .update(token)
    .update('\n')
    .update(key ?? '')
    .digest('base64url');
}
