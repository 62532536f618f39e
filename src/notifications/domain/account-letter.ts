import { escapeHtml, greeting, type Letter, page } from './letter.js';

interface Words {
  readonly subject: string;
  readonly why: string;
  readonly validity: string;
}

const words: Readonly<Record<'password_reset' | 'invitation' | 'email_verification' | 'repeated_registration', Words>> =
  {
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
  };

/**
 * A mail with a token: as a link to the page of the shop, in the fragment, which reaches no server's log (RFC 9110, section 7.1); or as it
 * is, where there is no such page.
 */
export function accountLetter(
  purpose: keyof typeof words,
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
