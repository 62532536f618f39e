import { escapeHtml, greeting, type Letter, oneLine, page } from './letter.js';

/** The mail to somebody who registered. */
export function welcome(customerName: string): Letter {
  const name = oneLine(customerName);
  const body =
    'Welcome. Your account is ready. You can sign in with your e-mail address and the password that you chose.';
  return {
    subject: 'Welcome to Till',
    text: `${greeting(name)}\n\n${body}\n`,
    html: page(`<p>${escapeHtml(greeting(name))}</p><p>${body}</p>`),
  };
}
