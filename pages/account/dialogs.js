/** The two dialogs: to sign in again, and to be sure. A closed dialog gives the focus back to where it was. */
import { ask, call, Problem } from './api.js';
import { byId, dialogOf, focus, formOf, inputOf, onPress, onSubmit, show } from './dom.js';
import { hasPasskeys, usePasskey } from './webauthn.js';

/** The person decided otherwise. */
export class Cancelled extends Error {}

/**
 * Does what needs a recent sign-in, after a new one if the api asks for it.
 * @template T @param {() => Promise<T>} work @throws Cancelled
 */
export async function recently(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'recent_sign_in_required') throw error;
    await signInAgain();
    return work();
  }
}

const again = dialogOf('again');

/** @throws Cancelled */
async function signInAgain() {
  const { totp, passkeys, recoveryCodesLeft } = await call('GET', '/v1/auth/mfa');
  show('again-passkey', hasPasskeys && passkeys > 0);
  show('again-code-part', totp || recoveryCodesLeft > 0);
  inputOf('again-code').required = totp || recoveryCodesLeft > 0;
  formOf('again-form').reset();
  byId('again-trouble').textContent = '';
  if ((await answerOf(again)) !== 'done') throw new Cancelled();
}

onSubmit('again-form', async ({ password, code }) => {
  byId('again-trouble').textContent = '';
  await call('POST', '/v1/auth/reauthentication', { password, ...(code && { code }) });
  again.close('done');
});
onPress(byId('again-passkey'), async () => {
  byId('again-trouble').textContent = '';
  const { publicKey } = await ask('/v1/auth/passkeys/authentications');
  await call('POST', '/v1/auth/reauthentication/passkey', { credential: await usePasskey(publicKey) });
  again.close('done');
});
onPress(byId('again-cancel'), async () => again.close('cancelled'));

const sure = dialogOf('sure');

/** Asks before what can't be taken back. @param {string} title @param {string} text @param {string} yes @throws Cancelled */
export async function beSure(title, text, yes) {
  byId('sure-title').textContent = title;
  byId('sure-text').textContent = text;
  byId('sure-yes').textContent = yes;
  const answer = answerOf(sure);
  focus('sure-no');
  if ((await answer) !== 'yes') throw new Cancelled();
}

onPress(byId('sure-yes'), async () => sure.close('yes'));
onPress(byId('sure-no'), async () => sure.close('no'));

/** The Escape key closes a dialog without an answer. @param {HTMLDialogElement} dialog @returns {Promise<string>} */
function answerOf(dialog) {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}
