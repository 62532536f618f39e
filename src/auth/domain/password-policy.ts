import { ValidationFailed } from '../../shared/errors.js';
import { characters } from '../../shared/text.js';
import list from './common-passwords.json' with { type: 'json' };

/**
 * Only the length matters (NIST SP 800-63B-4, section 3.1.1.2): there are no rules on kinds of characters. A password that is the only
 * factor has 15 characters, one beside a second factor 8. The maximum is far above what a pass phrase needs.
 */
export const PASSWORD_LENGTH = { min: 15, minWithSecondFactor: 8, max: 128 } as const;

/** The name of the product, which is guessed early. */
const PRODUCT = 'till';
/** How many letters of a password must be other than the names around it. */
const OWN_LETTERS = 6;

/** Common passwords that the list lacks: digits in a row. */
const rows = ['0123456789', '0987654321', '9876543210'];
const common = new Set([...list.passwords, ...rows]);

/** Gives equal text for the same password typed on different keyboards (NIST SP 800-63B-4, section 3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Whether a password has enough characters only beside a second factor. */
export function isShort(password: string): boolean {
  return characters(password) < PASSWORD_LENGTH.min;
}

/**
 * Refuses passwords that are too short and those that are tried first: the e-mail address or the product's name with little else, rows and
 * repetitions, and the 10,000 most common passwords, also with a few digits or signs around them (`letmein123`) and two of them together.
 * `password` is normalized, and `pointer` is its place in the body.
 * @throws ValidationFailed
 */
export function assertHardToGuess(
  password: string,
  email: string,
  { hasSecondFactor = false, pointer = '/password' } = {},
): void {
  const refuse = (code: string, message: string) => {
    throw new ValidationFailed([{ pointer, code, message }]);
  };
  const min = hasSecondFactor ? PASSWORD_LENGTH.minWithSecondFactor : PASSWORD_LENGTH.min;
  if (characters(password) < min) refuse('is_length', `must have ${min} to ${PASSWORD_LENGTH.max} characters`);
  const text = password.toLowerCase();
  if (text === email || text === email.split('@', 1)[0]) refuse('is_email', 'must not be the e-mail address');
  if (isUniform(text)) refuse('too_uniform', 'must be more than a row or a repetition of a few characters');
  if (isCommon(text)) {
    refuse('too_common', 'is made of the most common passwords, with at most a few digits or signs added');
  }
  if (isAroundNames(text, email)) {
    refuse('too_personal', 'must not be the e-mail address or the name of this service with little else');
  }
}

/** Whether the text has fewer than three different characters, repeats up to four, or is a row such as `abcdef`. */
function isUniform(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0)!);
  if (new Set(codes).size < 3) return true;
  const steps = new Set(codes.slice(1).map((code, index) => code - codes[index]!));
  if (steps.size === 1) return true;
  return [3, 4].some((period) => codes.every((code, index) => code === codes[index % period]));
}

/** Whether the text is a common password or two of them, as it is or without digits and signs around it. */
function isCommon(text: string): boolean {
  return withoutAffixes(text).some((one) => common.has(one) || isPairOfCommon(one));
}

function isPairOfCommon(text: string): boolean {
  for (let end = 4; end <= text.length - 4; end++) {
    if (common.has(text.slice(0, end)) && common.has(text.slice(end))) return true;
  }
  return false;
}

/** Whether little is left without the parts of the e-mail address and the product's name. Other than letters do not count. */
function isAroundNames(text: string, email: string): boolean {
  const names = [email, ...email.split(/[^\p{L}\p{N}]+/u), PRODUCT].filter((name) => name.length >= 3);
  const rest = names.toSorted((a, b) => b.length - a.length).reduce((left, name) => left.replaceAll(name, ''), text);
  return rest !== text && rest.replaceAll(/[^\p{L}]/gu, '').length < OWN_LETTERS;
}

/** The text without up to four digits and signs on each side, in all ways; as it is comes first. */
function withoutAffixes(text: string): string[] {
  const starts = [0, 1, 2, 3, 4].filter((length) => !/\p{L}/u.test(text.slice(0, length)));
  const ends = [0, 1, 2, 3, 4].filter((length) => !/\p{L}/u.test(text.slice(text.length - length)));
  return starts.flatMap((start) => ends.map((end) => text.slice(start, text.length - end)));
}
