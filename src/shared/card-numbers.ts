import { isCardNumber } from './card-networks.js';

/** The place of a card number in a text, from `start` (inclusive) to `end` (exclusive). */
export interface CardNumberPlace {
  readonly start: number;
  readonly end: number;
}

/** Separators between the groups of a number: white space, hyphens, dashes, dots, slashes, and invisible characters. */
const GAP = /^[\s._/\u00b7\u200b-\u200d\u2010-\u2015\u2060-]$/;
const isGap = tableOf((character) => GAP.test(character));
/** Digits of one UTF-16 code unit that are not ASCII: `\p{Nd}` alone would count two units of a mathematical digit as one place. */
const FOREIGN_DIGITS = /(?![\d\u{10000}-\u{10ffff}])\p{Nd}/gu;
const isForeignDigit = tableOf((character) => character.search(FOREIGN_DIGITS) === 0);
const MAX_GAP = 3;
/** A cheap first test for every incoming text: whether it has fourteen digits. */
const FOURTEEN_DIGITS = /\d(?:(?:[\s._/\u00b7\u200b-\u200d\u2010-\u2015\u2060-]{1,3})?\d){13}/;
const MAX_GROUPS = 5;
const LONGEST = 19;
/** How cards print their numbers; digits in other groups are something else (a telephone number, an order's). */
const layouts = new Set(
  ['14 15 16 17 18 19', '4-4-4-2 4-4-4-3 4-4-4-4 4-4-4-4-1 4-4-4-4-2 4-4-4-4-3', '4-6-4 4-6-5 6-13 8-8']
    .flatMap((line) => line.split(' '))
    .map((layout) => layout.split('-').reduce((code, length) => withGroup(code, Number(length)), 0)),
);
const SHORTEST_FIRST_GROUP = 4;
const SHORTEST_IBAN = 15;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The first number of a payment card in a text: 14 to 19 digits of a network in use, with a right check digit, in one
 * piece or grouped as on a card. Digits of bar codes, telephone numbers with their +, IBANs, UUIDs and hashes are none.
 * Takes time in proportion to the text.
 */
export function findCardNumber(text: string): CardNumberPlace | undefined {
  for (const place of cardNumbersIn(text)) return place;
  return undefined;
}

/** Returns the text with the digits of its card numbers hidden, except for the last four. Takes linear time. */
export function maskCardNumbers(text: string): string {
  let masked = '';
  let done = 0;
  for (const { start, end } of cardNumbersIn(text)) {
    // Places may overlap: a later one may hide digits that an earlier one left readable.
    const from = Math.max(start, done);
    if (from >= end - 4) continue;
    masked += text.slice(done, from);
    for (let at = from; at < end - 4; at++) masked += isAnyDigit(text.charCodeAt(at)) ? '*' : text[at];
    done = end - 4;
  }
  return masked + text.slice(done);
}

/** Every place where a card number begins, from the left; each run of groups is tried, since a date or a security code may stand around it. */
function* cardNumbersIn(text: string): Generator<CardNumberPlace> {
  if (text.length < 14) return;
  const plain = narrow(text);
  if (!FOURTEEN_DIGITS.test(plain)) return;
  const searched = withoutBankAccounts(plain);
  const wordAt = wordsOf(plain);
  for (let at = 0; at < searched.length;) {
    const end = endOfDigits(searched, at);
    const isFirst = end - at >= SHORTEST_FIRST_GROUP && end - at <= LONGEST;
    const place = isFirst ? cardNumberAt(searched, at, plain, wordAt) : undefined;
    if (place) yield place;
    at = end === at ? at + 1 : end;
  }
}

// oxlint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/;

/** The text with the decimal digits of other scripts (full-width, Arabic, Devanagari, ...) as plain ones, each in its place. */
function narrow(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replaceAll(FOREIGN_DIGITS, (digit) => '0123456789'[valueOf(digit.charCodeAt(0))]!);
}

/** The card number whose first group begins here, where `text` has the digits around it too. */
function cardNumberAt(
  searched: string,
  start: number,
  text: string,
  wordAt: (start: number) => Word,
): CardNumberPlace | undefined {
  let layout = 0;
  let number = '';
  for (let at = start, groups = 0; groups < MAX_GROUPS; groups++) {
    const end = endOfDigits(searched, at);
    if (end === at || number.length + end - at > LONGEST) return undefined;
    layout = withGroup(layout, end - at);
    number += searched.slice(at, end);
    const place = { start, end };
    if (layouts.has(layout) && isCardNumber(number, groups === 0) && !isPartOfId(text, place, wordAt)) return place;
    at = endOfGap(searched, end);
  }
  return undefined;
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** Where the next group begins, if one does. */
function endOfGap(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_GAP && at < text.length && isGap(text.charCodeAt(at))) at++;
  return at;
}

/** A layout as a number: the lengths of its groups, of 19 digits at most. */
function withGroup(layout: number, length: number): number {
  return layout * (LONGEST + 1) + length;
}

/** Whether the digits belong to a telephone number (E.164: + and at most 15 digits), a UUID, or a hash. */
function isPartOfId(text: string, { start, end }: CardNumberPlace, wordAt: (start: number) => Word): boolean {
  if (text[start - 1] === '+' && end - start <= 15) return true;
  const word = wordAt(start);
  if (word.end < end || word.end - word.start < 24) return false;
  return word.isHex ? word.hasLetter : UUID.test(text.slice(word.start, Math.min(word.end, word.start + 40)));
}

/** Letters, digits and hyphens in a row. */
interface Word extends CardNumberPlace {
  readonly isHex: boolean;
  readonly hasLetter: boolean;
}

/** The word around a place, for places from the left; each word is read once, however many numbers it has. */
function wordsOf(text: string): (at: number) => Word {
  let word: Word = { start: 0, end: 0, isHex: false, hasLetter: false };
  return (at) => (at < word.end ? word : (word = readWord(text, at, word.end)));
}

function readWord(text: string, at: number, from: number): Word {
  let start = at;
  while (start > from && isWord(text.charCodeAt(start - 1))) start--;
  let [end, isHex, hasLetter] = [start, true, false];
  for (let code = text.charCodeAt(end); isWord(code); code = text.charCodeAt(++end)) {
    const isLetter = isHexLetter(code);
    hasLetter ||= isLetter;
    isHex &&= isLetter || isDigit(code);
  }
  return { start, end, isHex, hasLetter };
}

/** Whether a UTF-16 code unit is an ASCII digit; false beyond the text, where it is NaN. */
function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAnyDigit(code: number): boolean {
  return isDigit(code) || isForeignDigit(code);
}

function isHexLetter(code: number): boolean {
  return (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

/** Ten digits of a script stand in a row (Unicode, section 4.6), which begins at a code point that ends in 0 or 6. */
function valueOf(code: number): number {
  const last = code & 0xf;
  return last < 6 || isForeignDigit(code - last) ? last : last - 6;
}

/** Whether it is an ASCII letter, a digit or a hyphen. */
function isWord(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 45;
}

/** A question about a UTF-16 code unit, answered for all of them when it is asked first: not at each start. */
function tableOf(holds: (character: string) => boolean): (code: number) => boolean {
  let table: Uint8Array | undefined;
  const make = () => Uint8Array.from({ length: 0x1_0000 }, (_, code) => (holds(String.fromCharCode(code)) ? 1 : 0));
  return (code) => (table ??= make())[code] === 1;
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
