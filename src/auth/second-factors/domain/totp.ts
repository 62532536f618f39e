import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Seconds that a code is shown for (RFC 6238, section 5.2). */
const STEP_SECONDS = 30;
export const DIGITS = 6;
/** The length that RFC 4226, section 4 recommends. */
const SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The number of the step that a time lies in. */
export function stepAt(time: Date): number {
  return Math.floor(time.getTime() / 1000 / STEP_SECONDS);
}

/** Returns the code of a step (RFC 6238, section 4, and RFC 4226, section 5.3). Authenticator apps know SHA-1 and 6 digits alone. */
export function totpCode(secret: Buffer, step: number, digits = DIGITS, algorithm = 'sha1'): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(algorithm, secret).update(counter).digest();
  const truncated = mac.readUInt32BE(mac.at(-1)! & 0x0f) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/**
 * Returns the step that a code is of: the present one or the one before, for slow fingers and clocks, if it is later than `lastStep`, the
 * last one whose code was used (RFC 6238, section 5.2: a code is used once).
 */
export function matchingStep(
  secret: Buffer,
  code: string,
  now: Date,
  lastStep: number | null = null,
): number | undefined {
  const present = stepAt(now);
  return [present, present - 1].find(
    (step) => step > (lastStep ?? -1) && sameText(totpCode(secret, step), code.padEnd(DIGITS)),
  );
}

/** Returns the text of the QR code that apps read (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). */
export function otpauthUri(secret: Buffer, issuer: string, account: string): string {
  const label = [issuer, account].map(encodeURIComponent).join(':');
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}

/** Base32 without padding (RFC 4648, section 6). */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
