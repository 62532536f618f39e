import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from './server-url.js';

// Kinds of variables, for the sections of all modules.

const pemBlocks = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g;

export const port = z.coerce.number().int().min(0).max(65535);
export const seconds = z.coerce.number().int().positive();
/** A limit per person. */
export const quota = z.coerce.number().int().positive();
export const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), {
    error: `must be a ${schemes.join(' or ')} URL`,
  });
/** Origins of web pages (RFC 6454, section 6.2), each exactly: a scheme, a host, and a port unless it is the scheme's own. */
export const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => URL.canParse(origin) && isOrigin(origin)), {
    error: 'must be origins such as https://shop.example, separated by commas',
  });
/** Private keys in PEM, one after the other, each as PKCS #8: equal keys have equal texts. */
export const privateKeys = z
  .string()
  .refine(arePrivateKeys, { error: 'must be EC P-256 private keys in PEM (PKCS #8), each once' })
  .transform(privateKeysIn);
/** Keys for secrets in the database, newest first: 256 bits each, with a short name that what they encrypt begins with. */
export const encryptionKeys = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .refine((keys) => keys.every((key) => /^[a-z0-9-]{1,32}:[A-Za-z0-9+/]{43}=$/.test(key)), {
    error: 'must be keys as name:key, separated by commas: a name of a-z, 0-9 and -, and 32 bytes in base64',
  })
  .refine((keys) => new Set(keys.map((key) => key.split(':', 1)[0])).size === keys.length, {
    error: 'must not have two keys of one name',
  });
/** Several secrets, for rotation while messages signed with the old one are still in transit. */
export const secretList = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine((list) => list.every(({ length }) => length >= 16), {
    error: 'must be secrets of 16 characters or more, separated by commas',
  });
/** Headers as OpenTelemetry writes them in a variable: `name=value`, separated by commas, the values percent-encoded. */
export const headerList = z
  .string()
  .refine((text) => text.split(',').every((pair) => /^\s*[\w-]+=(%[0-9a-f]{2}|[^%\s,])*\s*$/i.test(pair)), {
    error: 'must be headers as name=value, separated by commas, with percent-encoded values',
  })
  .transform((text) => Object.fromEntries(text.split(',').map(headerOf)));
/** Certificates of authorities, in PEM. */
export const certificates = z.string().refine((pem) => isCertificate(pem), { error: 'must be certificates in PEM' });

/** Whether traffic to this URL can be read in transit: it is not encrypted, and leaves this machine. */
export function sendsInTheClear(address: string | undefined): boolean {
  return address?.startsWith('http:') === true && !isLoopback(new URL(address).hostname);
}

function isOrigin(text: string): boolean {
  const { origin, protocol } = new URL(text);
  return text === origin && /^https?:$/.test(protocol);
}

function headerOf(pair: string): [string, string] {
  const [name = '', ...value] = pair.trim().split('=');
  return [name, decodeURIComponent(value.join('='))];
}

/** Whether the text is nothing but one or more P-256 keys, none of them twice. */
function arePrivateKeys(pem: string): boolean {
  try {
    const keys = privateKeysIn(pem);
    return keys.length > 0 && new Set(keys).size === keys.length && pem.replace(pemBlocks, '').trim() === '';
  } catch {
    return false;
  }
}

/** @throws Error for a block that is no P-256 key */
function privateKeysIn(pem: string): string[] {
  return (pem.match(pemBlocks) ?? []).map((block) => {
    const key = createPrivateKey(block);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('The key is not of the curve P-256.');
    return key.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
  });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
