import { describe, expect, it } from 'vitest';
import { findCardNumber, maskCardNumbers } from './card-numbers.js';
import { randomOf } from '../../test/support/mutation.js';
import { newId } from './ids.js';

/** Numbers that networks and providers publish for tests. */
const cards = {
  Visa: '4111111111111111',
  'Visa of Stripe': '4242424242424242',
  'Visa of 19 digits': '4000000000000000006',
  Mastercard: '5555555555554444',
  'Mastercard of the 2 series': '2223003122003222',
  'American Express': '378282246310005',
  'Diners Club': '30569309025904',
  'Diners Club, 36': '36227206271667',
  'Diners Club, 38': '38520000023237',
  Discover: '6011111111111117',
  JCB: '3530111333300000',
  UnionPay: '6200000000000005',
  'UnionPay of 19 digits': '6205500000000000004',
  Maestro: '6759649826438453',
  Mir: '2200000000000004',
  RuPay: '6074820000000009',
  Dankort: '5019717010103742',
};
const visa = cards.Visa;

describe('A card number is found', () => {
  it.each(Object.entries(cards))('of %s', (_, number) => {
    expect(findCardNumber(number)).toEqual({ start: 0, end: number.length });
  });

  it.each([
    ['in groups', '4111 1111 1111 1111'],
    ['with dashes', '4111-1111-1111-1111'],
    ['with spaces that do not break', '4111\u00a01111\u00a01111\u00a01111'],
    ['with dashes between spaces', '4111 - 1111 - 1111 - 1111'],
    ['grouped as American Express does', '3782 822463 10005'],
    ['grouped as Diners Club does', '3056 930902 5904'],
    ['of 19 digits, in groups', '4000 0000 0000 0000 006'],
    ['of 19 digits, in two groups', '620550 0000000000004'],
    ['on lines of its own', '4111\n1111\n1111\n1111'],
    ['with dots', '4111.1111.1111.1111'],
    ['with slashes and underscores', '4111/1111_1111/1111'],
    ['with gaps nobody sees', '4111\u200b1111\u200b1111\u200b1111'],
    ['in full-width digits', '\uff14\uff11\uff11\uff11'.concat('\uff11'.repeat(12))],
    ['in Arabic digits', '\u0664'.concat('\u0661'.repeat(15))],
    ['in Persian digits, in groups', ['\u06f4\u06f1\u06f1\u06f1', ...Array(3).fill('\u06f1'.repeat(4))].join(' ')],
    ['in Devanagari digits', '\u096a'.concat('\u0967'.repeat(15))],
    ['in a sentence', 'charge 4111 1111 1111 1111, please'],
    ['before a date and a security code', '4111 1111 1111 1111 12 29 123'],
    ['in one piece before a date', '4111111111111111 1229'],
    ['after a number', '2 4111 1111 1111 1111'],
    ['glued to a word', 'Visa4111111111111111'],
    ['after an underscore', 'pm_4111111111111111'],
    ['after a plus sign', '+4111111111111111'],
    ['in a URL', 'https://shop.test/?pan=4111111111111111&x=1'],
    ['after another number that is none', '4111111111111112 4111111111111111'],
  ])('%s', (_, text) => {
    expect(findCardNumber(text)).toBeDefined();
  });
});

describe('No card number is found in', () => {
  it.each([
    ['a wrong check digit', '4111111111111112'],
    ['a number that no network issues', '1234567812345670'],
    ['more digits than a card has', '41111111111111110000'],
    ['fewer digits', '42222222222'],
    ['13 digits, as cards no longer have', '4222222222222'],
    ['a time in milliseconds', '1764000000000'],
    ['a time in microseconds', '1764000000000004'],
    ['a time in nanoseconds', '1764000000000000018'],
    ['a time as digits', '20261122172207'],
    ['an ISO time', '2026-11-22T17:22:07.123Z'],
    ['an EAN with a right Luhn digit', '4006381333924'],
    ['an EAN of Germany with a right Luhn digit', '4000000000006'],
    ['a UPC with a right Luhn digit', '670000012435'],
    ['an ISBN', '9783161484100'],
    ['an IMEI, which has a Luhn digit', '490154203237518'],
    ['a SIM card, which has one too', '8949222074451242066'],
    ['a telephone number', '+491761234567'],
    ['a telephone number without its plus', '4915112345017'],
    ['a GTIN-14 with a right Luhn digit', '38520000000238'],
    ['a telephone number of 13 digits with a right Luhn digit', '+4915112345017'],
    ['a telephone number in groups', '0151 1234 5678 12'],
    ['an order number of a marketplace', '402-1234567-1234507'],
    ['an IBAN in groups', 'DE18 4306 0967 1234 5678 00'],
    ['an IBAN in one piece', 'DK4000400440110215'],
    ['a UUID of many digits', '5a3c9d10-4111-4111-8111-411111111111'],
    ['a hash of many digits', 'd41d8cd98f00b2044111111111111111ecf8427e'],
    ['an id of MongoDB', '65f1a4111111111111111abc'],
    ['an address', '10.111.111.111, 10.111.111.112'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(findCardNumber(text)).toBeUndefined();
  });

  it('ids of ours', () => {
    const ids = Array.from({ length: 20_000 }, () => newId<'ord'>());
    expect(ids.filter((id) => findCardNumber(id))).toEqual([]);
  });
});

describe('Of 100,000 random numbers that are no cards, fewer than 1 in 1,000 are found', () => {
  const random = randomOf(20261128);
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const pick = (list: string) => list.split(' ')[Math.floor(random() * list.split(' ').length)]!;
  const kinds: [string, () => string][] = [
    [
      'telephone numbers without a plus',
      () => `49${pick('151 152 157 160 170 175 176 179')}${digits(7 + (random() < 0.5 ? 1 : 0))}`,
    ],
    [
      'telephone numbers of any country',
      () =>
        `${pick('1 31 33 34 36 39 43 44 46 48 61 62 65 81 86 91 351 380 670')}${digits(7 + Math.floor(random() * 4))}`,
    ],
    ['telephone numbers with two zeros', () => `0049${pick('151 160 170 176')}${digits(8)}`],
    ['EANs', () => withCheckDigit(pick('30 36 38 39 40 42 50 54 60 67 69') + digits(10))],
    ['13-digit order numbers', () => `${pick('4 5 6')}${digits(12)}`],
    [
      'GTIN-14s of any goods',
      () =>
        withCheckDigit(
          pick('0 1 2 3 4 5 6 7 8') + pick('00 03 40 42 45 49 50 54 57 60 69 73 76 80 84 87 90 93') + digits(10),
        ),
    ],
  ];

  it('of all kinds together', () => {
    const numbers = Array.from({ length: 100_000 }, (_, index) => kinds[index % kinds.length]![1]());
    expect(numbers.filter((number) => findCardNumber(number)).length).toBeLessThan(100);
  });

  it.each(kinds.slice(0, -1))('of %s', (_, make) => {
    const found = Array.from({ length: 100_000 }, make).filter((number) => findCardNumber(number));
    expect(found.length).toBeLessThan(100);
  });

  it('of GTIN-14s, all but those that may be a Diners card of 14 digits as well: one in 400', () => {
    const found = Array.from({ length: 100_000 }, kinds.at(-1)![1]).filter((number) => findCardNumber(number));
    expect(found.filter((number) => !/^(30[0-5]|3095|36)/.test(number))).toEqual([]);
    expect(found.length).toBeLessThan(250);
  });
});

describe('Of 20,000 random card numbers, all are found', () => {
  const random = randomOf(11);
  const networks: [string, string, number][] = [
    ['Visa', '4', 16],
    ['Visa of 19 digits', '4', 19],
    ['Mastercard', '53', 16],
    ['Mastercard of the 2 series', '2400', 16],
    ['American Express', '37', 15],
    ['Diners Club', '36', 14],
    ['Diners Club, 30', '304', 14],
    ['Diners Club, 3095', '3095', 14],
    ['Discover', '6011', 16],
    ['JCB', '3540', 16],
    ['UnionPay', '62', 17],
    ['Maestro', '6759', 18],
    ['Mir', '2202', 16],
  ];

  it.each(networks)('of %s', (_, beginning, length) => {
    const missed = Array.from({ length: 20_000 }, () => {
      const body =
        beginning + Array.from({ length: length - 1 - beginning.length }, () => Math.floor(random() * 10)).join('');
      return withLuhnDigit(body);
    }).filter((number) => !findCardNumber(number));
    expect(missed).toEqual([]);
  });
});

it('Masking leaves the last four digits of each card number', () => {
  expect(maskCardNumbers(`/a/${visa}?b=3782 822463 10005`)).toBe('/a/************1111?b=**** ****** *0005');
  expect(maskCardNumbers('/v1/orders')).toBe('/v1/orders');
});

it('Masking leaves none, however the numbers lie', () => {
  for (const text of [
    `${visa}x`.repeat(50),
    '4242 '.repeat(40),
    `${visa} ${visa}-${visa}`,
    '\uff14'.concat('\uff11'.repeat(15)),
  ]) {
    expect(findCardNumber(maskCardNumbers(text))).toBeUndefined();
  }
});

describe('A text of 1 MiB made to be hard to read is read and masked in time', () => {
  it.each([
    '4111-',
    '4 ',
    '4',
    'AB12 ',
    `${visa}x`,
    `a${visa}`,
    '4242 4242 4242 4242 ',
    'DK4000400440110215 ',
    '4111\u200b',
  ])('of %j', (piece) => {
    const text = piece.repeat(2 ** 20 / piece.length);
    const started = process.cpuUsage();
    findCardNumber(text);
    maskCardNumbers(text);
    // CPU time, because other processes of a busy machine do not count.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1500);
  });

  it('in proportion to its length', () => {
    timeOf(2000);
    const short = Math.max(1, timeOf(4000));
    expect(timeOf(64_000)).toBeLessThan(short * 16 * 8);
  });
});

/** How long masking so many card numbers takes, in milliseconds. */
function timeOf(count: number): number {
  const text = `${visa}x`.repeat(count);
  const started = performance.now();
  maskCardNumbers(text);
  return performance.now() - started;
}

/** ISO/IEC 7812-1, annex B: from the right, every second digit counts double. */
function withLuhnDigit(digits: string): string {
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 ? 1 : 2);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** GTIN: from the right, every second digit counts three times (GS1 General Specifications, section 7.9). */
function withCheckDigit(digits: string): string {
  const sum = [...digits].toReversed().reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
