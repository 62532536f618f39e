import { escapeHtml, greeting, type Letter, oneLine, page } from './letter.js';

/** Greets somebody who opened an account. */
export function welcome(customerName: string): Letter {
  const name = oneLine(customerName);
  const body = 'welcome: your account is ready. You can sign in with your e-mail address and the password you chose.';
  return {
    subject: 'Welcome to Till',
    text: `${greeting(name)}\n\n${body}\n`,
    html: page(`<p>${escapeHtml(greeting(name))}</p><p>${body}</p>`),
  };
}
