/** The second factor: an authenticator app, and recovery codes in its place. */
import { call } from './api.js';
import { beSure, recently } from './dialogs.js';
import { byId, element, focus, formOf, onPress, onSubmit, say, show } from './dom.js';

/** How many factors the account has: with the last one, all its sessions end. */
let factors = 0;
/** Whether the account has one factor, which is about to go. */
export const isLastFactor = () => factors === 1;

/** Shows what the account has now. */
export async function showFactors() {
  const { totp, passkeys, recoveryCodesLeft } = await call('GET', '/v1/auth/mfa');
  factors = passkeys + (totp ? 1 : 0);
  const has = factors > 0;
  byId('factors-state').textContent = has
    ? `${totp ? 'You have an authenticator app' : 'You have no authenticator app'}, ${count(passkeys, 'passkey')} and ${count(recoveryCodesLeft, 'unused recovery code')}.`
    : 'You have none: whoever knows your password gets in. Add an authenticator app or a passkey.';
  show('totp-begin', !totp);
  show('totp-remove', totp);
  show('codes-replace', has);
  endTotp();
}

/** @param {number} number @param {string} thing */
const count = (number, thing) => `${number} ${thing}${number === 1 ? '' : 's'}`;

/** @param {boolean} isLast */
export const warning = (isLast) => (isLast ? ' It is your last second factor, so all your sessions end.' : '');

/** Shows recovery codes, this once. @param {readonly string[]} codes */
export function showRecoveryCodes(codes) {
  byId('recovery-codes').replaceChildren(...codes.map((code) => element('li', {}, code)));
  show('recovery', true);
  focus('recovery-title');
}

/** Forgets the secrets that the page shows. */
export function forgetSecrets() {
  byId('recovery-codes').replaceChildren();
  show('recovery', false);
  endTotp();
}

function endTotp() {
  show('totp-form', false);
  formOf('totp-form').reset();
  byId('totp-picture').removeAttribute('src');
  byId('totp-secret').textContent = '';
}

/**
 * @param {() => Promise<void>} added what follows when there is one more, which may have ended other sessions
 * @param {(wasLast: boolean, text: string) => Promise<void>} removed what follows when there is one less
 */
export function prepareFactors(added, removed) {
  onPress(byId('totp-begin'), async () => {
    const { secret, qrCode } = await recently(() => call('POST', '/v1/auth/mfa/totp'));
    byId('totp-picture').setAttribute('src', qrCode);
    byId('totp-secret').textContent = secret;
    show('totp-form', true);
    say('Scan the picture with the app, then enter its code.');
    focus('totp-code');
  });
  onSubmit('totp-form', async ({ code }) => {
    const { recoveryCodes } = await recently(() => call('POST', '/v1/auth/mfa/totp/confirmation', { code }));
    await added();
    say('The authenticator app is added. All other sessions have ended if it is your first factor.');
    showRecoveryCodes(recoveryCodes);
  });
  onPress(byId('totp-cancel'), async () => {
    endTotp();
    focus('totp-begin');
  });
  onPress(byId('totp-remove'), async () => {
    const wasLast = isLastFactor();
    await beSure(
      'Remove the authenticator app?',
      `Its codes will not sign you in any more.${warning(wasLast)}`,
      'Remove it',
    );
    await recently(() => call('DELETE', '/v1/auth/mfa/totp'));
    await removed(wasLast, 'The authenticator app is removed.');
    focus(wasLast ? 'sign-in-email' : 'factors-title');
  });
  onPress(byId('codes-replace'), async () => {
    await beSure('Make new recovery codes?', 'The codes that you have will work no more.', 'Make new ones');
    const { recoveryCodes } = await recently(() => call('POST', '/v1/auth/mfa/recovery-codes'));
    await showFactors();
    say('You have ten new recovery codes.');
    showRecoveryCodes(recoveryCodes);
  });
  onPress(byId('recovery-kept'), async () => {
    forgetSecrets();
    say('The codes are hidden.');
    focus('factors-title');
  });
}
