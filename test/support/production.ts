import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A key of one's own to sign access tokens with, as production needs it. */
export function privateKeyInPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A key of one's own for secrets in the database. */
export function encryptionKeys(): string {
  return `till:${randomBytes(32).toString('base64')}`;
}
