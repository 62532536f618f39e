import { expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { decodeDeadLetterId, encodeDeadLetterId } from './dead-letter-id.js';

it('comes back from its public form', () => {
  const key = { eventId: newId<'evt'>(), consumer: 'give-back' };
  expect(encodeDeadLetterId(key)).toMatch(/^evt_[0-9a-z]{26}\.give-back$/);
  expect(decodeDeadLetterId(encodeDeadLetterId(key))).toEqual(key);
});

it.each([
  '',
  'mail',
  '.mail',
  'evt_1.mail',
  'evt_01h455vb4pex5vsknk084sn02q',
  'evt_01h455vb4pex5vsknk084sn02q.',
  'usr_01h455vb4pex5vsknk084sn02q.mail',
  "evt_01h455vb4pex5vsknk084sn02q.mail'",
])('%j is none', (text) => expect(decodeDeadLetterId(text)).toBeUndefined());
