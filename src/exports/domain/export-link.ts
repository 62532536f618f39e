import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ExportId } from '../../shared/ids.js';

/** What a link says beside the export: until when it works (Unix time in seconds), and a signature. */
export interface SignedLink {
  readonly expires: number;
  readonly signature: string;
}

/** Returns the link that works until then, signed (HMAC-SHA-256) by the export's own secret. */
export function signLink(secret: Uint8Array, id: ExportId, expires: number): SignedLink {
  return { expires, signature: digestOf(secret, id, expires).toString('base64url') };
}

/** Whether the link was made for this export and still works at `now` (Unix time in seconds). */
export function isValidLink(
  secret: Uint8Array,
  id: ExportId,
  { expires, signature }: SignedLink,
  now: number,
): boolean {
  const [given, right] = [Buffer.from(signature, 'base64url'), digestOf(secret, id, expires)];
  return given.length === right.length && timingSafeEqual(given, right) && now < expires;
}

const digestOf = (secret: Uint8Array, id: ExportId, expires: number): Buffer =>
  createHmac('sha256', secret).update(`${id}.${expires}`).digest();
