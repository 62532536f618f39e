/** Keys for machines, for people who may make some. */
import { all, call, Problem } from './api.js';
import { beSure, recently } from './dialogs.js';
import {
  button,
  byId,
  complain,
  element,
  focus,
  formOf,
  inputOf,
  moment,
  onPress,
  onSubmit,
  say,
  show,
} from './dom.js';

/** A key makes no keys. */
const NO_SCOPE = 'api_keys:write';

/** Shows the keys that are there now, to whoever may see them. */
export async function showKeys() {
  try {
    const keys = await all('/v1/api-keys');
    byId('key-list').replaceChildren(...keys.filter(({ revokedAt }) => revokedAt === null).map(itemOf));
    await showScopes();
    show('keys', true);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 403) throw error;
    show('keys', false);
  }
}

/** Offers what the person may do. */
async function showScopes() {
  const { data } = await call('GET', '/v1/permissions');
  const scopes = data.filter((/** @type {any} */ { name, held }) => held && name !== NO_SCOPE).map(choiceOf);
  byId('key-scopes').replaceChildren(element('legend', {}, 'What it may do'), ...scopes);
}

/** @param {any} permission */
function choiceOf({ name, description }) {
  const box = element('input', { type: 'checkbox', name: 'scope', value: name });
  return element('label', {}, box, `${description} (${name})`);
}

/** @param {any} key */
function itemOf({ id, name, prefix, scopes, expiresAt, lastUsedAt }) {
  return element(
    'li',
    {},
    element('p', {}, element('strong', {}, name), ' ', element('code', {}, `${prefix}…`)),
    element('p', {}, `May: ${scopes.join(', ')}`),
    element('p', {}, 'Ends ', moment(expiresAt), ', used ', moment(lastUsedAt)),
    button('Revoke', `${name}, ${prefix}`, () => revoke(id, name)),
  );
}

/** @param {string} id @param {string} name */
async function revoke(id, name) {
  await beSure(
    'Revoke this key?',
    `Whatever uses ${name} will get no more answers. This can not be taken back.`,
    'Revoke it',
  );
  await call('DELETE', `/v1/api-keys/${id}`);
  await showKeys();
  say('The key is revoked.');
  focus('keys-title');
}

/** Forgets the key that the page shows. */
export function forgetKey() {
  inputOf('new-key-text').value = '';
  show('new-key', false);
}

export function prepareKeys() {
  onSubmit('key-form', async ({ name, expiresInDays }) => {
    const scopes = [...byId('key-scopes').querySelectorAll('input:checked')].map((box) => box.getAttribute('value'));
    if (scopes.length === 0) {
      complain('Choose what the key may do.');
      return focus('key-scopes');
    }
    const body = { name, scopes, expiresInDays: Number(expiresInDays) };
    const { key } = await recently(() => call('POST', '/v1/api-keys', body));
    formOf('key-form').reset();
    await showKeys();
    inputOf('new-key-text').value = key;
    show('new-key', true);
    say('The key is made. It is shown this once.');
    focus('new-key-text');
    inputOf('new-key-text').select();
  });
  onPress(byId('new-key-kept'), async () => {
    forgetKey();
    say('The key is hidden.');
    focus('keys-title');
  });
}
