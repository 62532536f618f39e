interface Network {
  /** The first digits of its numbers (ISO/IEC 7812-1, issuer identification number). */
  readonly iin: RegExp;
  readonly lengths: readonly number[];
}

/** Networks whose cards are in use, and how many digits their numbers have; none of 12 or 13 is issued any more. */
const networks: readonly Network[] = [
  { iin: /^4/, lengths: [16, 19] }, // Visa
  { iin: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { iin: /^3[47]/, lengths: [15] }, // American Express
  { iin: /^(30[0-5]|3095|36|38|39)/, lengths: [14, 16, 19] }, // Diners Club
  { iin: /^(6011|64[4-9]|65)/, lengths: [16, 19] }, // Discover
  { iin: /^35(2[89]|[3-8])/, lengths: [16] }, // JCB
  { iin: /^62/, lengths: [16, 17, 18, 19] }, // UnionPay
  { iin: /^(5018|5020|5038|5893|6304|6390|67)/, lengths: [14, 15, 16, 17, 18, 19] }, // Maestro
  { iin: /^(60|81|82|508)/, lengths: [16] }, // RuPay
  { iin: /^220[0-4]/, lengths: [16] }, // Mir
  { iin: /^(5019|5041|506[67]|509|6362|6363|9792)/, lengths: [16] }, // Dankort, Elo, Verve, Troy
];

/** What numbers of a length may begin with: one look, since this runs on what anybody sends. */
const beginnings = new Map(
  Array.from({ length: 6 }, (_, index) => 14 + index).map((length) => [
    length,
    new RegExp(networks.flatMap(({ iin, lengths }) => (lengths.includes(length) ? iin.source : [])).join('|')),
  ]),
);

/** What Diners Club prints on cards of 14 digits today; 38, 39 and Maestro are hardly ever that short. */
const SHORT_CARDS = /^(30[0-5]|3095|36)/;

/**
 * Whether digits are the number of a card: issued by a network, of the right length, with the right check digit. Of `inOnePiece`,
 * 14 may also be a GTIN.
 */
export function isCardNumber(digits: string, inOnePiece = true): boolean {
  if (digits.length < 14 || !hasLuhnDigit(digits) || beginnings.get(digits.length)?.test(digits) !== true) return false;
  return !(inOnePiece && digits.length === 14 && isArticleNumber(digits) && !SHORT_CARDS.test(digits));
}

/** The check digit of cards (ISO/IEC 7812-1, annex B): from the right, every second digit counts double. */
function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** Whether 14 digits are a GTIN-14 (GS1 General Specifications, section 7.9): from the right, every second digit counts three times. */
function isArticleNumber(digits: string): boolean {
  const sum = [...digits].toReversed().reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
  return sum % 10 === 0;
}
