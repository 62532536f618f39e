import { generateX25519Identity, identityToRecipient } from 'age-encryption';

/** Makes a pair of keys of age: the secret one opens what the public one encrypts. */
export async function makeKeys(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}
