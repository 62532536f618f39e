import { createHash } from 'node:crypto';

/** The hash before the first seal. */
export const FIRST_LINK = Buffer.alloc(32);

/** The hash of a seal: SHA-256 (FIPS 180-4) over the previous hash and the transaction's content in UTF-8. */
export function nextLink(previous: Buffer, content: string): Buffer {
  return createHash('sha256').update(previous).update(content, 'utf8').digest();
}
