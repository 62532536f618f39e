import { escapeHtml, greeting, type Letter, page } from './letter.js';

interface Words {
  readonly subject: string;
  readonly why: string;
  readonly validity: string;
}

type Purpose =
  | 'password_reset'
  | 'invitation'
  | 'email_verification'
  | 'repeated_registration'
  | 'email_change'
  | 'email_change_undo';

const words: Readonly<Record<Purpose, Words>> = {
  password_reset: {
    subject: 'Set a new password',
    why: 'Somebody, probably you, asked to set a new password for your account. If it was not you, ignore this mail: nothing changes.',
    validity: 'It works once, within 30 minutes.',
  },
  invitation: {
    subject: 'Your account is ready',
    why: 'A colleague made an account for you. Set your password to sign in.',
    validity: 'It works once, within 7 days.',
  },
  email_verification: {
    subject: 'Confirm your e-mail address',
    why: 'Confirm that this is the e-mail address of your account. If you have no account here, ignore this mail.',
    validity: 'It works once, within 24 hours.',
  },
  repeated_registration: {
    subject: 'You already have an account',
    why: 'Somebody, probably you, registered with this e-mail address, which has an account already: sign in with it, or set a new password here. If it was not you, ignore this mail: nothing changes.',
    validity: 'It works once, within 30 minutes.',
  },
  email_change: {
    subject: 'Confirm your new e-mail address',
    why: 'Somebody, probably you, wants to use this e-mail address for an account. Confirm it, and the account has it. If it was not you, ignore this mail: nothing changes.',
    validity: 'It works once, within 24 hours.',
  },
  email_change_undo: {
    subject: 'The e-mail address of your account was changed',
    why: 'Your account has another e-mail address now. If that was you, ignore this mail. If not, take the account back: that restores this address, ends the password, signs everybody out, and sends you a mail to set a new password.',
    validity: 'It works once, within 7 days of the change.',
  },
};

/**
 * A mail with a token: as a link to the page of the shop, in the fragment, which reaches no server's log (RFC 9110, section 7.1); or as it
 * is, where there is no such page.
 */
export function accountLetter(
  purpose: Purpose,
  name: string,
  { token, page: url }: { readonly token: string; readonly page: string | undefined },
): Letter {
  const { subject, why, validity } = words[purpose];
  // A page that resets passwords serves it as it is.
  const link = url && `${url}#${purpose === 'repeated_registration' ? 'password_reset' : purpose}=${token}`;
  const how = link ? `Open this link: ${link}` : `Your token: ${token}`;
  const shown = link ? `<a href="${escapeHtml(link)}">${subject}</a>` : `Your token: <code>${token}</code>`;
  return {
    subject,
    text: `${greeting(name)}\n\n${why}\n\n${how}\n\n${validity}\n`,
    html: page(`<p>${escapeHtml(greeting(name))}</p><p>${why}</p><p>${shown}</p><p>${validity}</p>`),
  };
}
