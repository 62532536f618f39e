/** Passkeys of the browser (WebAuthn, level 3). */

export const hasPasskeys =
  isSecureContext && 'PublicKeyCredential' in globalThis && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

/** The browser made or used no passkey. The message says why. */
export class NoPasskey extends Error {}

/** Lets the person choose a passkey. Returns what it signed. @param {any} options @throws NoPasskey */
export async function usePasskey(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await orExplained(() => navigator.credentials.get({ publicKey }))).toJSON();
}

/** Lets the person make a passkey. Returns its public half. @param {any} options @throws NoPasskey */
export async function makePasskey(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await orExplained(() => navigator.credentials.create({ publicKey }))).toJSON();
}

/** @type {Readonly<Record<string, string>>} */
const REASONS = {
  InvalidStateError: 'This device has a passkey of your account already.',
  SecurityError: 'Passkeys of this account do not work at the address of this page.',
  NotAllowedError: 'No passkey was used: you cancelled, it took too long, or this device has none.',
};

/** @param {() => Promise<Credential | null>} ask @returns {Promise<PublicKeyCredential>} */
async function orExplained(ask) {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    throw new NoPasskey(REASONS[name] ?? message);
  }
  throw new NoPasskey('The browser gave no passkey.');
}
