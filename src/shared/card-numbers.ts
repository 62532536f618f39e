import { isCardNumber } from './card-networks.js';

/** Where a card number stands in a text: from `start` up to, but not including, `end`. */
export interface CardNumberPlace {
  readonly start: number;
  readonly end: number;
}

/** What stands between the groups of a number: white space, hyphens, dashes, dots, slashes, and what nobody sees. */
const GAP = String.raw`[\s._/\u00b7\u200b-\u200d\u2010-\u2015\u2060-]{1,3}`;
/** Twelve digits, which no text without a card number need have. It runs over every text that comes in. */
const TWELVE_DIGITS = new RegExp(String.raw`\d(?:(?:${GAP})?\d){11}`);
const GROUPS = new RegExp(String.raw`\d+(?:${GAP}\d+)*`, 'g');
/** How cards print their numbers; digits in other groups are something else (a telephone number, an order's). */
const layouts = new Set(
  ['12 13 14 15 16 17 18 19', '4-4-4 4-4-4-1 4-4-4-2 4-4-4-3 4-4-4-4 4-4-4-4-1 4-4-4-4-2 4-4-4-4-3']
    .concat('4-6-4 4-6-5 4-4-5 4-3-3-3 6-13 8-8')
    .flatMap((line) => line.split(' ')),
);
const MAX_GROUPS = 5;
const SHORTEST_FIRST_GROUP = 4;
const SHORTEST_IBAN = 15;

/**
 * The first number of a payment card in a text: 12 to 19 digits of a network in use, with a right check digit, in one
 * piece or grouped as on a card. Digits of bar codes, telephone numbers with their +, IBANs, UUIDs and hashes are none.
 */
export function findCardNumber(text: string): CardNumberPlace | undefined {
  if (text.length < 12) return undefined;
  const plain = narrow(text);
  if (!TWELVE_DIGITS.test(plain)) return undefined;
  for (const { 0: groups, index } of withoutBankAccounts(plain).matchAll(GROUPS)) {
    const place = findInGroups(groups, index, plain);
    if (place) return place;
  }
  return undefined;
}

/** The text with full-width digits (U+FF10 to U+FF19) as plain ones, each in its place. */
function narrow(text: string): string {
  return text.replaceAll(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}

/** Tries every run of groups, since a date or a security code may stand before the number or after it. */
function findInGroups(written: string, offset: number, text: string): CardNumberPlace | undefined {
  const groups = [...written.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, start: offset + index }));
  for (const [first, { start, digits: beginning }] of groups.entries()) {
    if (beginning.length < SHORTEST_FIRST_GROUP) continue;
    let layout = '';
    let number = '';
    for (const { digits, start: at } of groups.slice(first, first + MAX_GROUPS)) {
      layout += `${layout && '-'}${digits.length}`;
      number += digits;
      const place = { start, end: at + digits.length };
      if (layouts.has(layout) && isCardNumber(number) && !isPartOfId(text, place)) return place;
    }
  }
  return undefined;
}

/** The text with the digits of its card numbers hidden, but for the last four. */
export function maskCardNumbers(text: string): string {
  let masked = text;
  for (let place = findCardNumber(masked); place; place = findCardNumber(masked)) {
    const { start, end } = place;
    masked = masked.slice(0, start) + masked.slice(start, end - 4).replaceAll(/\d/g, '*') + masked.slice(end - 4);
  }
  return masked;
}

/** Whether the digits belong to a telephone number (E.164: + and at most 15 digits), a UUID, or a hash. */
function isPartOfId(text: string, { start, end }: CardNumberPlace): boolean {
  if (text[start - 1] === '+' && end - start <= 15) return true;
  const before = /[0-9a-z-]*$/i.exec(text.slice(Math.max(0, start - 100), start))![0];
  const after = /^[0-9a-z-]*/i.exec(text.slice(end, end + 100))![0];
  const word = before + text.slice(start, end) + after;
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word) || /^(?=.*[a-f])[0-9a-f]{24,}$/i.test(word);
}

/** The text with every IBAN (ISO 13616) blotted out: those that begin like one and have the right check digits. */
function withoutBankAccounts(text: string): string {
  return text.replaceAll(/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/g, (candidate) => {
    const length = bankAccountLength(candidate);
    return '#'.repeat(length) + candidate.slice(length);
  });
}

/** How many characters of the text are an IBAN; 0 when none are. */
function bankAccountLength(text: string): number {
  const head = remainder(0, text.slice(0, 4));
  let rest = 0;
  for (let at = 4; at < text.length; at++) {
    rest = text[at] === ' ' ? rest : remainder(rest, text[at]!);
    // The head, six digits when its letters are written as numbers, counts as if it stood at the end.
    const ends = at >= SHORTEST_IBAN - 1 && (text[at + 1] ?? ' ') === ' ';
    if (ends && (rest * 1_000_000 + head) % 97 === 1) return at + 1;
  }
  return 0;
}

/** The remainder by 97 of a number that goes on with these characters, A being 10 and Z 35. */
function remainder(begun: number, characters: string): number {
  return [...characters].reduce((rest, character) => {
    const value = Number.parseInt(character, 36);
    return (rest * (value > 9 ? 100 : 10) + value) % 97;
  }, begun);
}
