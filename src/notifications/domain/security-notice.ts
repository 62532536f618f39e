import { escapeHtml, greeting, type Letter, page } from './letter.js';

interface Words {
  readonly subject: string;
  readonly what: string;
}

const NOT_YOU = 'If it was not you, set a new password now ("forgot password"), and tell us.';

const words = {
  'user.email_changed': {
    subject: 'The e-mail address of your account was changed',
    what: 'Your account has another e-mail address now. If that is wrong, tell us.',
  },
  'user.password_changed': {
    subject: 'Your password was changed',
    what: `Your account has a new password, and everybody was signed out. ${NOT_YOU}`,
  },
  'user.second_factor_added': {
    subject: 'A way to sign in was added to your account',
    what: `Your account has a new second factor or new recovery codes. ${NOT_YOU}`,
  },
  'user.second_factor_removed': {
    subject: 'A way to sign in was removed from your account',
    what: `A second factor of your account was removed. ${NOT_YOU}`,
  },
  'user.passkey_added': {
    subject: 'A passkey was added to your account',
    what: `Whoever has the new passkey can sign in to your account with it. If it was not you, remove it, set a new password ("forgot password"), and tell us.`,
  },
  'user.passkey_removed': {
    subject: 'A passkey was removed from your account',
    what: `A passkey is no way to sign in to your account any more. ${NOT_YOU}`,
  },
  'user.identity_linked': {
    subject: 'Another way to sign in was added to your account',
    what: `Your account was linked to an account at an identity provider, and whoever has that one can sign in to yours. If it was not you, unlink it, set a new password ("forgot password"), and tell us.`,
  },
  'user.identity_unlinked': {
    subject: 'A way to sign in was removed from your account',
    what: `An account at an identity provider is no way to sign in to yours any more. ${NOT_YOU}`,
  },
} as const satisfies Readonly<Record<string, Words>>;

/** Events after which the owner of an account gets a security notice, because somebody else may have caused them. */
export type SecurityEvent = keyof typeof words;

export function isSecurityEvent(type: string): type is SecurityEvent {
  return Object.hasOwn(words, type);
}

/** A mail that says what happened to an account. It has no token and no link. */
export function securityNotice(type: SecurityEvent, name: string): Letter {
  const { subject, what } = words[type];
  return {
    subject,
    text: `${greeting(name)}\n\n${what}\n`,
    html: page(`<p>${escapeHtml(greeting(name))}</p><p>${escapeHtml(what)}</p>`),
  };
}
