import { createHmac, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const [SECRET, PUBLIC_KEY] = ['whsec_', 'whpk_'];
/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;
/** A private Ed25519 key in DER (RFC 8410, section 7), up to its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new secret, as the receiver gets it: `whsec_` and base64. */
export function newSecret(): string {
  return SECRET + randomBytes(SECRET_BYTES).toString('base64');
}

/** The key that verifies the `v1a` signatures of a secret, and signs nothing: `whpk_` and base64 of 32 bytes (RFC 8032). */
export function publicKeyOf(secret: string): string {
  const { x } = createPublicKey(privateKeyOf(secret)).export({ format: 'jwk' });
  return PUBLIC_KEY + Buffer.from(x!, 'base64url').toString('base64');
}

/** What a signature is about. */
export interface SignedMessage {
  /** The same for each attempt, so that a receiver recognises a repeat. */
  readonly id: string;
  /** The time of the attempt, in seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The keys of one secret, made once for many messages. */
export interface Signer {
  readonly secret: Buffer;
  readonly privateKey: KeyObject;
  /** As `publicKeyOf` returns it. */
  readonly publicKey: string;
}

export function signerOf(secret: string): Signer {
  return { secret: bytesOf(secret), privateKey: privateKeyOf(secret), publicKey: publicKeyOf(secret) };
}

/**
 * Returns the headers of a message that is signed with each of these secrets, so that it fits also while a receiver changes from one to
 * another: `v1` (HMAC-SHA-256) and `v1a` (Ed25519), over id, timestamp and body, in base64.
 */
export function signedHeaders({ id, timestamp, body }: SignedMessage, signers: readonly Signer[]) {
  const content = Buffer.from(`${id}.${timestamp}.${body}`);
  const signatures = signers.flatMap(({ secret, privateKey }) => [
    `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
    `v1a,${sign(null, content, privateKey).toString('base64')}`,
  ]);
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}

/** Derived from the secret, so that there is nothing more to keep, to encrypt and to rotate. */
function privateKeyOf(secret: string): KeyObject {
  const seed = createHmac('sha256', bytesOf(secret)).update('till webhooks v1a').digest();
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret.slice(SECRET.length), 'base64');
}
