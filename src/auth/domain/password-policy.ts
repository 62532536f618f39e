import { ValidationFailed } from '../../shared/errors.js';
import list from './common-passwords.json' with { type: 'json' };

/**
 * Length is what counts (NIST SP 800-63B, section 5.1.1.2): no rules on kinds of characters. The most is far more than a
 * pass phrase needs.
 */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;

/** Known to guessers besides the list: digits in a row. */
const rows = ['0123456789', '0987654321', '9876543210'];
const common = new Set([...list.passwords, ...rows]);

/** One spelling of each password: the same letters typed on another keyboard (NIST SP 800-63B, section 5.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Refuses a password that a guesser tries first: the e-mail address, one character over and over, one of the 10,000 most common
 * ones, also with a few digits or signs around it (`letmein123`). `password` is normalized. @throws ValidationFailed
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
