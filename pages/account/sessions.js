/** The sessions of the person: one for each device that is signed in. */
import { all, call } from './api.js';
import { button, byId, element, focus, moment, onPress, say, show } from './dom.js';

/** Shows the sessions that are there now. */
export async function showSessions() {
  const sessions = await all('/v1/auth/sessions');
  byId('session-list').replaceChildren(...sessions.map(itemOf));
  show(
    'end-others',
    sessions.some(({ current }) => !current),
  );
}

/** @param {any} session */
function itemOf({ id, device, address, current, lastUsedAt }) {
  const name = device || 'A device that does not say what it is';
  const item = element(
    'li',
    {},
    element('p', {}, element('strong', {}, name), current ? ' (this session)' : ''),
    element('p', {}, `From ${address}, used `, moment(lastUsedAt)),
  );
  if (!current) item.append(button('End', `the session of ${name} from ${address}`, () => end(id)));
  return item;
}

/** @param {string} id */
async function end(id) {
  await call('DELETE', `/v1/auth/sessions/${id}`);
  await showSessions();
  say('The session has ended.');
  focus('sessions-title');
}

export function prepareSessions() {
  onPress(byId('end-others'), async () => {
    for (const { id, current } of await all('/v1/auth/sessions')) {
      if (!current) await call('DELETE', `/v1/auth/sessions/${id}`);
    }
    await showSessions();
    say('All other sessions have ended.');
    focus('sessions-title');
  });
}
