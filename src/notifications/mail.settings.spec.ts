import { describe, expect, it } from 'vitest';
import { development, namesOf, problemsOf, production } from '../../test/support/variables.js';
import { loadConfig } from '../settings.js';
import { mailSettings } from './mail.settings.js';

describe('mail in production', () => {
  const { SMTP_URL: _, ...without } = production;

  it('goes to a server or into a directory that was named', () => {
    expect(namesOf(problemsOf(without))).toEqual(['SMTP_URL']);
    expect(loadConfig({ ...without, MAIL_DIRECTORY: '/var/mail' }).of(mailSettings).directory).toBe('/var/mail');
  });
});

const senderOf = (MAIL_FROM: string) => loadConfig({ ...development, MAIL_FROM }).of(mailSettings).from;

describe('the sender of mails', () => {
  it.each([
    ['orders@shop.example', { name: '', address: 'orders@shop.example' }],
    ['<orders@shop.example>', { name: '', address: 'orders@shop.example' }],
    ['Shop <orders@shop.example>', { name: 'Shop', address: 'orders@shop.example' }],
    ['Müller, Sons <orders@shop.example>', { name: 'Müller, Sons', address: 'orders@shop.example' }],
    [String.raw`"The \"Shop\"" <orders@shop.example>`, { name: 'The "Shop"', address: 'orders@shop.example' }],
    ['Shop <orders@münchen.example>', { name: 'Shop', address: 'orders@xn--mnchen-3ya.example' }],
    ['till@localhost', { name: '', address: 'till@localhost' }],
  ])('may be %s', (text, mailbox) => expect(senderOf(text)).toEqual(mailbox));

  it('is Till on this machine unless it is set', () => {
    expect(loadConfig(development).of(mailSettings).from).toEqual({ name: 'Till', address: 'till@localhost' });
  });

  it.each([
    ['Shop', 'must be a sender with one e-mail address'],
    ['Shop <>', 'must be a sender with one e-mail address'],
    ['Shop orders@shop.example', 'must be a sender with one e-mail address'],
    ['orders@shop.example, sales@shop.example', 'must be a sender with one e-mail address'],
    ['orders@shop.example, Sales <sales@shop.example>', 'must be a sender with one e-mail address'],
    ['Shop <orders@shop.example', 'must be a sender with one e-mail address'],
    ['Shop <orders@>', 'has an address that is none'],
    ['Shop <@shop.example>', 'has an address that is none'],
    ['Shop <orders@shop@example>', 'has an address that is none'],
    ['Shop <or ders@shop.example>', 'has an address that is none'],
    ['Shop\nX <orders@shop.example>', 'must have no control characters'],
    ['Bär <bär@shop.example>', 'has letters beyond ASCII before the @'],
  ])('is refused in words: %j', (MAIL_FROM, words) => {
    const problems = problemsOf({ ...development, MAIL_FROM });
    expect(problems).toEqual([expect.stringContaining(`MAIL_FROM: ${words}`)]);
  });
});
