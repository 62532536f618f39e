import { describe, expect, it } from 'vitest';
import { ValidationFailed } from '../../shared/errors.js';
import { assertHardToGuess } from './password-policy.js';

const EMAIL = 'ada.lovelace@example.com';
const refused = (code: string) =>
  expect.objectContaining({ violations: [expect.objectContaining({ pointer: '/password', code })] }) as Error;

describe('assertHardToGuess', () => {
  it.each([
    ['the e-mail address', EMAIL, 'is_email'],
    ['the same in capitals', EMAIL.toUpperCase(), 'is_email'],
    ['the e-mail address and a year', `${EMAIL}2026`, 'too_personal'],
    ['parts of the e-mail address', 'lovelace!ada!1815', 'too_personal'],
    ['the name of the product', 'Till-till-TILL-2026', 'too_personal'],
    ['one character', 'aaaaaaaaaaaaaaa', 'too_uniform'],
    ['two characters', '121212121212121', 'too_uniform'],
    ['a repetition of four', 'abcdabcdabcdabcd', 'too_uniform'],
    ['a row', 'abcdefghijklmnop', 'too_uniform'],
    ['a famous one twice', 'passwordPassword', 'too_common'],
    ['two famous ones', 'letmeinqwertyuiop', 'too_common'],
    ['two famous ones between signs', '!!dragon1234567890!', 'too_common'],
    ['14 characters', 'x7 lampe wagen', 'is_length'],
  ])('refuses %s', (_, password, code) => {
    expect(() => assertHardToGuess(password, EMAIL)).toThrow(refused(code));
    expect(() => assertHardToGuess(password, EMAIL)).toThrow(ValidationFailed);
  });

  it.each([
    'correct horse battery',
    'my name is ada.lovelace',
    'letmein to the castle',
    'dragon 20480915 lamp',
    'пароль из букв и слов',
    '😀 x7 lampe wagen',
  ])('takes %s', (password) => expect(() => assertHardToGuess(password, EMAIL)).not.toThrow());

  const withSecondFactor = { hasSecondFactor: true };
  it('asks for 8 characters beside a second factor', () => {
    expect(() => assertHardToGuess('x7 lampe', EMAIL, withSecondFactor)).not.toThrow();
    expect(() => assertHardToGuess('x7 lamp', EMAIL, withSecondFactor)).toThrow(refused('is_length'));
  });

  it.each([
    ['a famous one', '1234567890', 'too_common'],
    ['a famous one in capitals', 'QwertyUIOP', 'too_common'],
    ['a short famous one with digits', 'letmein123', 'too_common'],
    ['a short famous one between signs', '!!Dragon2024', 'too_common'],
    ['what stands before the @', 'ada.lovelace', 'is_email'],
  ])('refuses %s beside a second factor too', (_, password, code) => {
    expect(() => assertHardToGuess(password, EMAIL, withSecondFactor)).toThrow(refused(code));
  });
});
