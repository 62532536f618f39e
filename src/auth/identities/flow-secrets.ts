import { createHash, createHmac } from 'node:crypto';

/** What protects one sign-in at a provider. All of it follows from the secret of the client, so that nothing is stored. */
export interface FlowSecrets {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636): the verifier, and its S256 challenge. */
  readonly verifier: string;
  readonly challenge: string;
}

/** `flow` has 256 random bits. */
export function secretsOf(flow: string): FlowSecrets {
  const derived = (purpose: string) => createHmac('sha256', flow).update(purpose).digest('base64url');
  const verifier = derived('code_verifier');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { state: derived('state'), nonce: derived('nonce'), verifier, challenge };
}
