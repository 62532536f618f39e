import { ValidationFailed } from '../../shared/errors.js';
import list from './common-passwords.json' with { type: 'json' };

/**
 * Only the length matters (NIST SP 800-63B, section 5.1.1.2): there are no rules on kinds of characters. The maximum is far
 * above what a pass phrase needs.
 */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;

/** Common passwords that the list lacks: digits in a row. */
const rows = ['0123456789', '0987654321', '9876543210'];
const common = new Set([...list.passwords, ...rows]);

/** Gives equal text for the same password typed on different keyboards (NIST SP 800-63B, section 5.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Refuses passwords that are tried first: the e-mail address, fewer than three different characters, and the 10,000 most
 * common passwords, also with a few digits or signs around them (`letmein123`). `password` is normalized.
 * @throws ValidationFailed
 */
export function assertHardToGuess(password: string, email: string): void {
  const text = password.toLowerCase();
  if (text === email || text === email.split('@', 1)[0]) throw refused('is_email', 'must not be the e-mail address');
  if (new Set(text).size < 3) throw refused('too_uniform', 'must have at least three different characters');
  if (common.has(text) || common.has(withoutAffixes(text))) {
    throw refused('too_common', 'is one of the most common passwords, or one of them with a few digits or signs added');
  }
}

/** The text without up to four digits and signs on each side. */
function withoutAffixes(text: string): string {
  return text.replace(/^[^\p{L}]{1,4}(?=\p{L})/u, '').replace(/(?<=\p{L})[^\p{L}]{1,4}$/u, '');
}

function refused(code: string, message: string): ValidationFailed {
  return new ValidationFailed([{ pointer: '/password', code, message }]);
}
