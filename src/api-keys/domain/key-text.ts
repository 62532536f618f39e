import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A key as it is sent: `till_live_<prefix>_<secret>`, and for a further shop `.<slug>`, by which a process that serves several finds the shop. The
 * beginning lets scanners of leaked secrets recognise it.
 */
export interface KeyText {
  /** 48 bits, in hexadecimal; not secret. */
  readonly prefix: string;
  /** 256 random bits, in base64url. */
  readonly secret: string;
}

const KEY = /^till_live_([0-9a-f]{12})_([\w-]{43})(?:\.[a-z][a-z0-9-]{0,39})?$/;

export function newKeyText(): KeyText {
  return { prefix: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

/** `shop` is the slug of a further shop. */
export function writeKey({ prefix, secret }: KeyText, shop?: string): string {
  return `till_live_${prefix}_${secret}${shop === undefined ? '' : `.${shop}`}`;
}

/** Returns the parts of a key; `undefined` for any other text. The slug says where a key is sought, and proves nothing. */
export function readKey(text: string): KeyText | undefined {
  const [, prefix, secret] = KEY.exec(text) ?? [];
  return prefix === undefined || secret === undefined ? undefined : { prefix, secret };
}

/** SHA-256: enough for a secret of 256 random bits, which nobody can guess (ASVS 5.0, 11.4.2 concerns passwords). */
export function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares in constant time. */
export function isSecret(secret: string, hash: Buffer): boolean {
  return timingSafeEqual(hashOfSecret(secret), hash);
}
