import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key as it is sent: `till_live_<prefix>_<secret>`. The beginning lets scanners of leaked secrets recognise it. */
export interface KeyText {
  /** 48 bits, in hexadecimal; not secret. */
  readonly prefix: string;
  /** 256 random bits, in base64url. */
  readonly secret: string;
}

const KEY = /^till_live_([0-9a-f]{12})_([\w-]{43})$/;

export function newKeyText(): KeyText {
  return { prefix: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

export function writeKey({ prefix, secret }: KeyText): string {
  return `till_live_${prefix}_${secret}`;
}

/** Returns the parts of a key; `undefined` for any other text. */
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
