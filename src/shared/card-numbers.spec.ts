import { describe, expect, it } from 'vitest';
import { findCardNumber, maskCardNumbers } from './card-numbers.js';
import { newId } from './ids.js';

/** Numbers that networks and providers publish for tests. */
const cards = {
  Visa: '4111111111111111',
  'Visa of Stripe': '4242424242424242',
  'Visa of 13 digits': '4222222222222',
  'Visa of 19 digits': '4000000000000000006',
  Mastercard: '5555555555554444',
  'Mastercard of the 2 series': '2223003122003222',
  'American Express': '378282246310005',
  'Diners Club': '30569309025904',
  'Diners Club, 36': '36227206271667',
  Discover: '6011111111111117',
  JCB: '3530111333300000',
  UnionPay: '6200000000000005',
  'UnionPay of 19 digits': '6205500000000000004',
  Maestro: '6759649826438453',
  'Maestro of 12 digits': '501800000009',
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
    ['of 13 digits, in groups', '4222 222 222 222'],
    ['on lines of its own', '4111\n1111\n1111\n1111'],
    ['with dots', '4111.1111.1111.1111'],
    ['with slashes and underscores', '4111/1111_1111/1111'],
    ['with gaps nobody sees', '4111\u200b1111\u200b1111\u200b1111'],
    ['in full-width digits', '\uff14\uff11\uff11\uff11'.concat('\uff11'.repeat(12))],
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

  it('bar codes, whatever their digits', () => {
    const codes = Array.from({ length: 20_000 }, (_, index) =>
      withCheckDigit(`40${String(index * 499_979).padStart(10, '0')}`),
    );
    expect(codes.filter((code) => findCardNumber(code))).toEqual([]);
  });
});

it('Masking leaves the last four digits of each card number', () => {
  expect(maskCardNumbers(`/a/${visa}?b=3782 822463 10005`)).toBe('/a/************1111?b=**** ****** *0005');
  expect(maskCardNumbers('/v1/orders')).toBe('/v1/orders');
});

it('A text made to be hard to read is read in time', () => {
  const hard = ['4111-'.repeat(200_000), '4 '.repeat(500_000), '4'.repeat(1_000_000), 'AB12 '.repeat(200_000)];
  const started = performance.now();
  for (const text of hard) findCardNumber(text);
  expect(performance.now() - started).toBeLessThan(2000);
});

/** EAN-13: from the right, every second digit counts three times (GS1 General Specifications, section 7.9). */
function withCheckDigit(digits: string): string {
  const sum = [...digits].toReversed().reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
