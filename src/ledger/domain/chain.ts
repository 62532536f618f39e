import { createHash } from 'node:crypto';

/** What the first seal builds on. */
export const FIRST_LINK = Buffer.alloc(32);

/** The hash of a seal: SHA-256 (FIPS 180-4) over the hash of the one before it and what the transaction says, in UTF-8. */
export function nextLink(previous: Buffer, content: string): Buffer {
  return createHash('sha256').update(previous).update(content, 'utf8').digest();
}
