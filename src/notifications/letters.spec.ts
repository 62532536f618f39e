import { describe, expect, it } from 'vitest';
import { frozen } from '../../test/support/frozen.js';
import { languages } from '../shared/languages.js';
import { accountLetter, notice, orderConfirmation, orderShipped, refunded } from './letters.js';
import { samples } from './mail-samples.js';
import { mailKinds } from './templates/mail-kinds.js';

const order = frozen({
  number: 1042,
  currency: 'EUR',
  total: 3497,
  lines: [
    { name: 'Blue mug', quantity: 2, cancelledQuantity: 0, unitPrice: 999 },
    { name: 'Tray <b>"large"</b> & co', quantity: 1, cancelledQuantity: 0, unitPrice: 1499 },
  ],
});
const ada = frozen({ name: 'Ada', language: 'en' as const });
const inGerman = frozen({ name: 'Ada', language: 'de' as const });

function total(currency: string) {
  return orderConfirmation({ ...order, currency }, ada)
    .text.split('Total: ')[1]
    ?.trim();
}

describe('The confirmation of an order', () => {
  it('names the order, its lines and its total', () => {
    const { subject, text } = orderConfirmation(order, ada);
    expect(subject).toBe('Your order 1042 is confirmed');
    expect(text).toBe(
      [
        'Hello Ada,',
        '',
        'Thank you. Your order 1042 is confirmed.',
        '',
        '2 x Blue mug: 19.98 EUR',
        '1 x Tray <b>"large"</b> & co: 14.99 EUR',
        '',
        'Total: 34.97 EUR',
        '',
      ].join('\n'),
    );
  });

  it('writes yen without and dinars with three decimals, and in German with a comma', () => {
    expect(total('JPY')).toBe('3497 JPY');
    expect(total('KWD')).toBe('3.497 KWD');
    expect(orderConfirmation(order, inGerman).text).toContain('Summe: 34,97 EUR');
  });

  it('lists taxes by rate: those in the prices below the total, others above it', () => {
    const taxes = [{ country: 'GB', category: 'S', rate: '20', tax: 583 }];
    const within = orderConfirmation({ ...order, taxes }, ada);
    expect(within.text).toContain('Total: 34.97 EUR\nIncluded tax 20 %: 5.83 EUR');
    const lines = order.lines.map((line) => ({ ...line, taxMode: 'exclusive' as const }));
    const added = orderConfirmation({ ...order, lines, total: 4080, taxes }, ada);
    expect(added.text).toContain('Tax 20 %: 5.83 EUR\nTotal: 40.80 EUR');
    expect(added.html).toContain('<td>Tax 20 %</td>');
  });

  it('escapes what customers and products are called, whatever they are called', () => {
    const { html, text } = orderConfirmation(order, { ...ada, name: '<script>alert(1)</script><%= it.number %>' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('Tray &lt;b&gt;&quot;large&quot;&lt;/b&gt; &amp; co');
    expect(text).toContain('Hello <script>alert(1)</script><%= it.number %>,');
  });
});

it('An order without tax says why, once for each reason', () => {
  const term = { country: 'FR', category: 'K', rate: '0', reason: 'Intra-Community supply; VAT id FR40303265045' };
  const lines = order.lines.map((line) => ({ ...line, taxMode: 'inclusive' as const, taxLine: term }));
  const { text } = orderConfirmation({ ...order, lines, taxes: [{ ...term, tax: 0 }] }, ada);
  expect(text.split('Intra-Community supply; VAT id FR40303265045')).toHaveLength(2);
  expect(text).toContain('Included tax 0 %: Intra-Community supply; VAT id FR40303265045: ');
});

it('A refund lists the taxes in it', () => {
  const money = { number: 1042, amount: 2140, currency: 'EUR' };
  const taxes = [
    { rate: '7', tax: 140 },
    { rate: '19', tax: 0 },
  ];
  expect(refunded(money, taxes, inGerman).text).toContain('Erstattet: 21,40 EUR\nEnthaltene MwSt. 7 %: 1,40 EUR');
});

it('A shipment names its goods and how to follow it', () => {
  const lines = [{ lineId: 'lin_1', quantity: 2 }];
  const { text } = orderShipped(1042, { lines, carrier: 'DHL', trackingNumber: 'JD01\r\nX: y' }, () => 'Blue mug', ada);
  expect(text).toContain('Blue mug: 2 x\n\nCarrier: DHL\nTracking number: JD01 X: y\n');
});

describe('A mail with a token', () => {
  it('has a link to the page of the shop, with the token in its fragment', () => {
    const { text, html } = accountLetter('repeated_registration', ada, {
      token: 'mtk',
      page: 'https://shop/page?a=1&b',
    });
    expect(text).toContain('Open this link: https://shop/page?a=1&b#password_reset=mtk');
    expect(html).toContain('<a href="https://shop/page?a=1&amp;b#password_reset=mtk">You already have an account</a>');
  });

  it('has the token where there is no page', () => {
    expect(accountLetter('password_reset', ada, { token: 'mtk', page: undefined }).text).toContain('Your token: mtk\n');
  });
});

it('What a server calls itself stays on its line', () => {
  const { subject } = notice('endpoint_gone', ada, { endpointId: 'whe_1', host: 'a\r\nBcc: x' });
  expect(subject).toBe('Your webhook endpoint at a Bcc: x was disabled');
});

describe.each(mailKinds)('The mail %s', (kind) => {
  it.each(languages)('is written in %s, with every value in its place', (language) => {
    const { subject, text, html } = samples[kind]({ name: 'Ada', language });
    for (const part of [subject, text, html]) expect(part).not.toMatch(/undefined|NaN|<%|\[object/);
    expect(html).toContain(`<html lang="${language}">`);
    expect(text).toMatch(/^(?:Hello|Hallo) Ada,\n\n/);
  });

  it('differs between the languages', () => {
    const [english, german] = [ada, inGerman].map((reader) => samples[kind](reader).text);
    expect(english).not.toBe(german);
  });
});
