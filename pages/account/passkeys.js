/** The passkeys of the person. */
import { call } from './api.js';
import { beSure, recently } from './dialogs.js';
import { isLastFactor, showRecoveryCodes, warning } from './factors.js';
import { button, byId, element, focus, formOf, moment, onSubmit, say, show } from './dom.js';
import { hasPasskeys, makePasskey } from './webauthn.js';

/** @type {(wasLast: boolean, text: string) => Promise<void>} */
let removed;

/** Shows the passkeys that are there now. */
export async function showPasskeys() {
  const { data } = await call('GET', '/v1/auth/passkeys');
  byId('passkey-list').replaceChildren(...data.map(itemOf));
  show('passkey-form', hasPasskeys);
}

/** @param {any} passkey */
function itemOf({ id, name, createdAt, lastUsedAt }) {
  const field = element('input', {
    id: `name-${id}`,
    name: 'name',
    maxlength: '100',
    autocomplete: 'off',
    required: '',
  });
  field.setAttribute('value', name);
  const form = element(
    'form',
    { id: `rename-${id}`, method: 'post', hidden: '' },
    element('label', { for: field.id }, `New name of ${name}`),
    field,
    element('button', {}, 'Save'),
  );
  const item = element(
    'li',
    {},
    element('p', {}, element('strong', {}, name)),
    element('p', {}, 'Added ', moment(createdAt), ', used ', moment(lastUsedAt)),
    button('Rename', name, async () => {
      form.hidden = false;
      field.focus();
    }),
    button('Remove', name, () => remove(id, name)),
    form,
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  queueMicrotask(() => onSubmit(form.id, (fields) => rename(id, fields['name'] ?? '')));
  return item;
}

/** @param {string} id @param {string} name */
async function rename(id, name) {
  await call('PATCH', `/v1/auth/passkeys/${id}`, { name });
  await showPasskeys();
  say('The passkey has its new name.');
  focus('passkeys-title');
}

/** @param {string} id @param {string} name */
async function remove(id, name) {
  const wasLast = isLastFactor();
  await beSure('Remove this passkey?', `${name} will not sign you in any more.${warning(wasLast)}`, 'Remove it');
  await recently(() => call('DELETE', `/v1/auth/passkeys/${id}`));
  await removed(wasLast, 'The passkey is removed.');
  focus(wasLast ? 'sign-in-email' : 'passkeys-title');
}

/**
 * @param {() => Promise<void>} added what follows when there is one more, which may have ended other sessions
 * @param {(wasLast: boolean, text: string) => Promise<void>} then what follows when there is one less
 */
export function preparePasskeys(added, then) {
  removed = then;
  onSubmit('passkey-form', async ({ name }) => {
    const { publicKey } = await recently(() => call('POST', '/v1/auth/passkeys/registrations'));
    const credential = await makePasskey(publicKey);
    const { recoveryCodes } = await recently(() => call('POST', '/v1/auth/passkeys', { name, credential }));
    formOf('passkey-form').reset();
    await added();
    say(recoveryCodes ? 'The passkey is added. All other sessions have ended.' : 'The passkey is added.');
    if (recoveryCodes) showRecoveryCodes(recoveryCodes);
    else focus('passkeys-title');
  });
}
