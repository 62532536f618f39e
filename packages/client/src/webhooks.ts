import type { webhooks } from './generated/api.js';

/** What a webhook of each type sends. */
type MessageOf<Type extends keyof webhooks> = webhooks[Type]['post']['requestBody']['content']['application/json'];

/** What webhooks send; `type` tells what `data` is. */
export type WebhookMessage = { [Type in keyof webhooks]: MessageOf<Type> }[keyof webhooks];

/** The request is none of Till's, or an old one. */
export class InvalidWebhook extends Error {}

/** Headers of a request, as `fetch` and as Node have them; names in small letters. */
export type WebhookHeaders =
  { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How many seconds the message may be old, or from the future: 300. */
  readonly toleranceSeconds?: number;
  /** In milliseconds since 1970. */
  readonly now?: number;
}

/**
 * Verifies a webhook of Till (Standard Webhooks) from the raw bytes of its body, and returns what it says. `key` is the endpoint's secret
 * (`whsec_...`) or, where a program should verify and not sign, its public key (`whpk_...`); while one replaces another, both.
 * @throws InvalidWebhook when no signature fits, or the time does not
 */
export async function verifyWebhook(
  key: string | readonly string[],
  headers: WebhookHeaders,
  body: string | Uint8Array,
  { toleranceSeconds = 300, now = Date.now() }: VerifyOptions = {},
): Promise<WebhookMessage> {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    header(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures) throw new InvalidWebhook('The headers of a webhook are missing.');
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds)) {
    throw new InvalidWebhook('The webhook is too old, or from the future: compare the clocks.');
  }
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  for (const one of [key].flat()) {
    if (await fits(one, signatures.split(' '), signed)) return JSON.parse(text) as WebhookMessage;
  }
  throw new InvalidWebhook(
    'No signature of the webhook fits: is it the secret of this endpoint, and the body as it came?',
  );
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  const value = typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

async function fits(key: string, signatures: readonly string[], signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const isPublic = key.startsWith('whpk_');
  const bytes = bytesOf(key.slice(key.indexOf('_') + 1));
  const algorithm = isPublic ? { name: 'Ed25519' } : { name: 'HMAC', hash: 'SHA-256' };
  if (!bytes) throw new InvalidWebhook('The key is none: it begins with whsec_ or whpk_.');
  const imported = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  const prefix = isPublic ? 'v1a,' : 'v1,';
  for (const signature of signatures.filter((one) => one.startsWith(prefix))) {
    const given = bytesOf(signature.slice(prefix.length));
    if (given && (await crypto.subtle.verify(algorithm.name, imported, given, signed))) return true;
  }
  return false;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
