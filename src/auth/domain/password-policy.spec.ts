import { describe, expect, it } from 'vitest';
import { ValidationFailed } from '../../shared/errors.js';
import { assertHardToGuess } from './password-policy.js';

const EMAIL = 'ada.lovelace@example.com';

describe('assertHardToGuess', () => {
  it.each([
    ['the e-mail address', EMAIL, 'is_email'],
    ['the same in capitals', EMAIL.toUpperCase(), 'is_email'],
    ['what stands before the @', 'ada.lovelace', 'is_email'],
    ['one character', 'aaaaaaaaaa', 'too_uniform'],
    ['two characters', '1212121212', 'too_uniform'],
    ['a famous one', '1234567890', 'too_common'],
    ['a famous one in capitals', 'QwertyUIOP', 'too_common'],
    ['a short famous one with digits', 'letmein123', 'too_common'],
    ['a short famous one between signs', '!!Dragon2024', 'too_common'],
    ['digits in a row', '0123456789', 'too_common'],
  ])('refuses %s', (_, password, code) => {
    expect(() => assertHardToGuess(password, EMAIL)).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ pointer: '/password', code })] }),
    );
    expect(() => assertHardToGuess(password, EMAIL)).toThrow(ValidationFailed);
  });

  it.each([
    'correct horse battery',
    'my name is ada.lovelace',
    'letmein to the castle',
    'dragon 20480915',
    'abcabcabcabc',
    'пароль из букв',
  ])('takes %s', (password) => expect(() => assertHardToGuess(password, EMAIL)).not.toThrow());
});
