import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from './server-url.js';

// Kinds of variables, for the sections of all modules.

export const port = z.coerce.number().int().min(0).max(65535);
export const seconds = z.coerce.number().int().positive();
/** A limit per person. */
export const quota = z.coerce.number().int().positive();
export const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), {
    error: `must be a ${schemes.join(' or ')} URL`,
  });
export const privateKey = z.string().refine(isP256Key, { error: 'must be an EC P-256 private key in PEM (PKCS #8)' });
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

function headerOf(pair: string): [string, string] {
  const [name = '', ...value] = pair.trim().split('=');
  return [name, decodeURIComponent(value.join('='))];
}

function isP256Key(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
