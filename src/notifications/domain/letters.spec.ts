import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { oneLine } from './letter.js';
import { orderConfirmation } from './order-confirmation.js';
import { welcome } from './welcome.js';

const order = frozen({
  number: 1042,
  currency: 'EUR',
  total: 3497,
  lines: [
    { name: 'Blue mug', quantity: 2, cancelledQuantity: 0, unitPrice: 999 },
    { name: 'Tray <b>"large"</b> & co', quantity: 1, cancelledQuantity: 0, unitPrice: 1499 },
  ],
});

function total(currency: string) {
  return orderConfirmation({ ...order, currency }, 'Ada')
    .text.split('Total: ')[1]
    ?.trim();
}

describe('orderConfirmation', () => {
  it('names the order, its lines and its total', () => {
    const { subject, text } = orderConfirmation(order, 'Ada');
    expect(subject).toBe('Your order 1042 is confirmed');
    expect(text).toContain('Hello Ada,');
    expect(text).toContain('2 x Blue mug: 19.98 EUR');
    expect(text).toContain('1 x Tray <b>"large"</b> & co: 14.99 EUR');
    expect(text).toContain('Total: 34.97 EUR');
  });

  it('writes yen without and dinars with three decimals', () => {
    expect(total('JPY')).toBe('3497 JPY');
    expect(total('KWD')).toBe('3.497 KWD');
  });

  it('lists taxes by rate: those in the prices below the total, others above it', () => {
    const taxes = [{ rate: '20', tax: 583 }];
    const within = orderConfirmation({ ...order, taxes }, 'Ada');
    expect(within.text).toContain('Total: 34.97 EUR\nIncluded tax 20 %: 5.83 EUR');
    const lines = order.lines.map((line) => ({ ...line, taxMode: 'exclusive' as const }));
    const added = orderConfirmation({ ...order, lines, total: 4080, taxes }, 'Ada');
    expect(added.text).toContain('Tax 20 %: 5.83 EUR\nTotal: 40.80 EUR');
    expect(added.html).toContain('<td>Tax 20 %</td>');
  });

  it('escapes what customers and products are called', () => {
    const { html } = orderConfirmation(order, '<script>alert(1)</script>');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<b>"large"');
    expect(html).toContain('Tray &lt;b&gt;&quot;large&quot;&lt;/b&gt; &amp; co');
  });
});

describe('welcome', () => {
  it('greets by name, escaped', () => {
    expect(welcome('A & B').text).toContain('Hello A & B,');
    expect(welcome('A & B').html).toContain('Hello A &amp; B,');
  });
});

describe('oneLine', () => {
  it.each(['a\r\nBcc: x@example.com', 'a\nBcc: x@example.com', 'a\u2028Bcc: x@example.com', 'a\0Bcc: x@example.com'])(
    'takes line breaks and control characters out of %j',
    (text) => expect(oneLine(text)).toBe('a Bcc: x@example.com'),
  );
});
