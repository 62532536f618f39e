import { createPublicKey } from 'node:crypto';
import { createVerifier, httpbis } from 'http-message-signatures';
import { expect, it } from 'vitest';
import { httpSignatureHeaders } from './http-signature.js';
import { newSecret, publicKeyOf, signedHeaders, signerOf } from './signature.js';

const url = 'https://erp.example/till?shop=1';
const message = { id: 'evt_1', timestamp: Math.floor(Date.now() / 1000), body: '{"type":"ünïcödé"}' };

/** A request as its receiver has it. */
function signedBy(secrets: readonly string[]) {
  const signers = secrets.map(signerOf);
  const headers = { 'content-type': 'application/json', ...signedHeaders(message, signers) };
  const request = { url, body: message.body, created: message.timestamp, headers };
  return { method: 'POST', url, headers: { ...headers, ...httpSignatureHeaders(request, signers) } };
}

/** What an independent implementation of RFC 9421 says, with the public key alone. */
function verified(request: ReturnType<typeof signedBy>, secret: string): Promise<boolean | null> {
  const publicKey = publicKeyOf(secret);
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const verify = createVerifier(key, 'ed25519');
  const keyLookup = async ({ keyid }: { keyid?: string }) =>
    keyid === publicKey ? { id: publicKey, algs: ['ed25519' as const], verify } : null;
  return httpbis.verifyMessage({ keyLookup, requiredFields: ['content-digest', '@target-uri'], maxAge: 300 }, request);
}

it('is verified by an independent implementation, for each of the secrets that are in use', async () => {
  const [old, young] = [newSecret(), newSecret()];
  const request = signedBy([young]);
  expect(await verified(request, young)).toBe(true);
  expect(await verified(request, old).catch(() => null)).not.toBe(true);
  const both = signedBy([young, old]);
  expect(both.headers['signature-input']).toMatch(/^sig1=\(.*, sig2=\(/);
  expect(await verified(both, young)).toBe(true);
});

it.each([
  { url: 'https://erp.example/till?shop=2' },
  { method: 'PUT' },
  { headers: { 'content-digest': 'sha-256=:AAAA:' } },
  { headers: { 'webhook-id': 'evt_2' } },
])('does not fit a request with %j', async (change) => {
  const secret = newSecret();
  const request = signedBy([secret]);
  const changed = { ...request, ...change, headers: { ...request.headers, ...change.headers } };
  expect(await verified(changed, secret).catch(() => false)).toBe(false);
});
