import { createHash, sign } from 'node:crypto';
import type { Signer } from './signature.js';

/** What is signed of a request, beside its body, whose digest is among the headers (RFC 9421, section 2). */
const COVERED = ['content-digest', 'content-type', 'webhook-id', 'webhook-timestamp'] as const;

/** A request before it has HTTP signatures. */
export interface SignedRequest {
  readonly url: string;
  readonly body: string;
  /** Of the signatures, in seconds since 1970. */
  readonly created: number;
  readonly headers: Readonly<Record<Exclude<(typeof COVERED)[number], 'content-digest'>, string>>;
}

/**
 * Returns the headers of HTTP message signatures (RFC 9421) by Ed25519, one for each signer, over method, target and the digest of the
 * body (RFC 9530). The key is that of `v1a`, and its id is the public key.
 */
export function httpSignatureHeaders({ url, body, created, headers }: SignedRequest, signers: readonly Signer[]) {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const values = { ...headers, 'content-digest': digest };
  const lines = [
    '"@method": POST',
    `"@target-uri": ${new URL(url).href}`,
    ...COVERED.map((name) => `"${name}": ${values[name]}`),
  ];
  const covered = ['@method', '@target-uri', ...COVERED].map((name) => `"${name}"`).join(' ');
  const signed = signers.map(({ privateKey, publicKey }, index) => {
    const parameters = `(${covered});created=${created};keyid="${publicKey}";alg="ed25519";tag="till-webhook"`;
    const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
    const signature = sign(null, Buffer.from(base), privateKey).toString('base64');
    return { input: `sig${index + 1}=${parameters}`, signature: `sig${index + 1}=:${signature}:` };
  });
  return {
    'content-digest': digest,
    'signature-input': signed.map(({ input }) => input).join(', '),
    signature: signed.map(({ signature }) => signature).join(', '),
  };
}
