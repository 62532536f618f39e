import { ValidationFailed } from '../../shared/errors.js';

/**
 * Length is what counts (NIST SP 800-63B, section 5.1.1.2): no rules on kinds of characters. The most is far more than a
 * pass phrase needs.
 */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;

/** The commonest passwords of at least ten characters; the commonest of all are too short anyway. */
const common = new Set(
  `1234567890 12345678910 0123456789 0987654321 9876543210 1q2w3e4r5t 1qaz2wsx3edc
  qwertyuiop qwerty1234 qwerty12345 qwerty123456 password12 password123`.split(/\s+/),
);

/**
 * Refuses a password that a guesser tries first: the e-mail address, one character over and over, a famous one.
 * @throws ValidationFailed
 */
export function assertHardToGuess(password: string, email: string): void {
  const text = password.toLowerCase();
  if (text === email || text === email.split('@', 1)[0]) throw refused('is_email', 'must not be the e-mail address');
  if (new Set(text).size < 3) throw refused('too_uniform', 'must have at least three different characters');
  if (common.has(text)) throw refused('too_common', 'is one of the most common passwords');
}

function refused(code: string, message: string): ValidationFailed {
  return new ValidationFailed([{ pointer: '/password', code, message }]);
}
