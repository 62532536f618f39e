/** The page for one's own security: who is there, and what happens when something fails. */
import { call, mayBeSignedIn, Problem, SignedOut, signOut } from './api.js';
import { forgetKey, prepareKeys, showKeys } from './api-keys.js';
import { Cancelled, recently } from './dialogs.js';
import {
  byId,
  complain,
  dialogOf,
  focus,
  formOf,
  inputOf,
  mark,
  onFailure,
  onPress,
  onSubmit,
  say,
  show,
} from './dom.js';
import { forgetSecrets, prepareFactors, showFactors } from './factors.js';
import { preparePasskeys, showPasskeys } from './passkeys.js';
import { prepareSessions, showSessions } from './sessions.js';
import { askWhoIsThere, prepareSignIn } from './sign-in.js';
import { NoPasskey } from './webauthn.js';

const NEEDS_FACTOR = 'second_factor_required';

/** Shows everything as it is now. Returns who is signed in; nothing of people who must add a second factor first. */
async function showAll() {
  const me = await orNothing(() => call('GET', '/v1/users/me'));
  byId('who-email').textContent = me?.email ?? '';
  inputOf('password-username').value = me?.email ?? '';
  for (const id of ['password', 'sessions']) show(id, me !== undefined);
  await Promise.all([showFactors(), showPasskeys(), ...(me ? [showSessions(), showKeys()] : [])]);
  if (!me) show('keys', false);
  show('sign-in', false);
  show('who', true);
  show('signed-in', true);
  return me;
}

/** @param {() => Promise<any>} read */
async function orNothing(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Problem && error.code === NEEDS_FACTOR) return undefined;
    throw error;
  }
}

async function arrived() {
  const me = await showAll();
  say(
    me
      ? `You are signed in as ${me.email}.`
      : 'Your roles need a second factor. Add an authenticator app or a passkey first.',
  );
  formOf('sign-in-form').reset();
  formOf('code-form').reset();
  focus(me ? 'title' : 'factors-title');
}

/** Leaves nothing of the person on the page. @param {string} text */
function leave(text) {
  for (const id of ['again', 'sure']) dialogOf(id).close();
  forgetSecrets();
  forgetKey();
  for (const id of ['session-list', 'passkey-list', 'key-list', 'factors-state', 'who-email'])
    byId(id).replaceChildren();
  for (const form of document.forms) form.reset();
  show('who', false);
  show('signed-in', false);
  askWhoIsThere();
  if (text) say(text);
}

async function added() {
  await showAll();
}

/** Without the last factor, no session goes on. @param {boolean} wasLast @param {string} text */
async function removed(wasLast, text) {
  if (wasLast) {
    await signOut();
    leave(`${text} All your sessions have ended. Sign in again.`);
  } else {
    await showAll();
    say(text);
  }
}

/** @param {unknown} error @param {HTMLFormElement} [form] */
function explain(error, form) {
  if (error instanceof Cancelled) return say('Nothing was changed.');
  if (error instanceof SignedOut) return leave('Your session has ended. Sign in again.');
  if (error instanceof NoPasskey) return complain(error.message);
  if (!(error instanceof Problem)) return complain('Till does not answer. Check your connection, and try again.');
  const marked = error.errors.filter(({ pointer, message }) => form && mark(form, pointer.slice(1), `It ${message}.`));
  const rest = error.errors
    .filter((each) => !marked.includes(each))
    .map(({ pointer, message }) => `${pointer} ${message}.`);
  complain(marked.length > 0 && rest.length === 0 ? 'A field is not right.' : [error.message, ...rest].join(' '));
}

onFailure(explain);
prepareSignIn(arrived);
prepareFactors(added, removed);
preparePasskeys(added, removed);
prepareSessions();
prepareKeys();
onPress(byId('sign-out'), async () => {
  await signOut().finally(() => leave(''));
  say('You are signed out.');
});
onSubmit('password-form', async ({ currentPassword, newPassword }) => {
  await recently(() => call('POST', '/v1/auth/password/change', { currentPassword, newPassword }));
  formOf('password-form').reset();
  await showAll();
  say('The password is changed, and all other sessions have ended.');
  focus('password-title');
});

if (mayBeSignedIn()) {
  arrived().catch((error) => (error instanceof SignedOut ? leave('') : explain(error)));
} else {
  askWhoIsThere();
}
