/** Signing in: with a password, a code where there is a second factor, or a passkey alone. */
import { ask, signIn } from './api.js';
import { byId, focus, formOf, onPress, onSubmit, say, show } from './dom.js';
import { hasPasskeys, usePasskey } from './webauthn.js';

/** The token of a sign-in whose password was right. */
let mfaToken = '';

/** Asks who is there. */
export function askWhoIsThere() {
  askForCode('');
  for (const form of ['sign-in-form', 'code-form']) formOf(form).reset();
  show('sign-in', true);
  show('sign-in-passkey', hasPasskeys);
  focus('sign-in-email');
}

/** @param {string} token of the sign-in that waits for a code; none: it begins anew */
function askForCode(token) {
  mfaToken = token;
  show('sign-in-form', token === '');
  show('code-form', token !== '');
}

/** @param {() => Promise<void>} arrived what follows a sign-in */
export function prepareSignIn(arrived) {
  onSubmit('sign-in-form', async ({ email, password }) => {
    const answer = await signIn('/v1/auth/login', { email, password });
    if (!answer.mfaRequired) return arrived();
    askForCode(answer.mfaToken);
    say('The password is right. Enter a code, or use a passkey.');
    focus('code-code');
  });
  onSubmit('code-form', async ({ code }) => {
    await signIn('/v1/auth/mfa/challenge', { mfaToken, code });
    await arrived();
  });
  onPress(byId('code-cancel'), async () => askWhoIsThere());
  onPress(byId('sign-in-passkey'), async () => {
    const { publicKey } = await ask('/v1/auth/passkeys/authentications');
    await signIn('/v1/auth/passkeys/sign-ins', { credential: await usePasskey(publicKey) });
    await arrived();
  });
}
