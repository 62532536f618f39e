import { escapeHtml, type Letter, oneLine, page } from './letter.js';

/** Greets somebody who opened an account. */
export function welcome(customerName: string): Letter {
  const name = oneLine(customerName);
  const body = 'welcome: your account is ready. You can sign in with your e-mail address and the password you chose.';
  return {
    subject: 'Welcome to Till',
    text: `Hello ${name},\n\n${body}\n`,
    html: page(`<p>Hello ${escapeHtml(name)},</p><p>${body}</p>`),
  };
}
