import { describe, expect, it } from 'vitest';
import { type Basket, classOf, orderOf } from '../../../test/support/baskets.js';
import type { TaxMode } from '../../tax/index.js';
import { paymentStatusOf } from './order.js';
import { pricedPartsOf } from './order-charges.js';
import { type RefundedLine, refundOf } from './refund-lines.js';

type Line = readonly [price: number, quantity: number, rate: string | null];

const basket = (mode: TaxMode, lines: readonly Line[], more: Partial<Basket> = {}): Basket => ({
  mode,
  currency: 'GBP',
  lines: lines.map(([price, quantity, rate]) => ({ price, quantity, taxClass: rate && classOf(rate) })),
  charges: [],
  discounts: [],
  ...more,
});
const off = (percentage: string) => ({ discounts: [{ percentage }] });

/** Each was reported with another sum, or with a fraction of a cent. Amounts are minor units. */
const cases: readonly [string, Basket, { total: number; tax: number }][] = [
  // 10 % of 109.89 is 10.989, and Medusa wanted 98.901 of a card that was charged 98.90.
  ['medusa #12789, #13971', basket('inclusive', [[10_989, 1, null]], off('10')), { total: 9890, tax: 0 }],
  ['medusa #12226, #12429', basket('inclusive', [[39_900, 1, '19']], off('100')), { total: 0, tax: 0 }],
  [
    'medusa #14818',
    basket('exclusive', [[2499, 1, '10.75']], { charges: [{ amount: 644, taxClass: undefined }] }),
    // The parcel is taxed as the goods that it carries.
    { total: 2499 + 644 + 338, tax: 338 },
  ],
  ['medusa #14818, goods alone', basket('exclusive', [[2499, 1, '10.75']]), { total: 2768, tax: 269 }],
  ['vendure #2662', basket('inclusive', [[3823, 10, '20']]), { total: 38_230, tax: 6372 }],
  ['vendure #2662, less 6.2 %', basket('inclusive', [[3823, 10, '20']], off('6.2')), { total: 35_860, tax: 5977 }],
  [
    'vendure #4474: once for each rate',
    basket('exclusive', [
      [333, 1, '20'],
      [333, 1, '20'],
      [333, 1, '20'],
    ]),
    { total: 1199, tax: 200 },
  ],
  ['saleor #12040', basket('inclusive', [[1999, 1, null]], off('25')), { total: 1499, tax: 0 }],
  [
    'odoo #155833, #156897',
    basket(
      'exclusive',
      [560, 892, 4491, 21_726, 240_000].map((price) => [price, 1, '15'] as const),
      off('100'),
    ),
    { total: 0, tax: 0 },
  ],
  [
    'odoo #91979',
    basket('exclusive', [
      [1074, 1, '21'],
      [83, 2, '21'],
    ]),
    { total: 1500, tax: 260 },
  ],
  [
    'odoo #109628',
    basket('exclusive', [
      [670, 1, '15'],
      [670, 1, '15'],
    ]),
    { total: 1541, tax: 201 },
  ],
  ['prestashop #19445, #33912', basket('exclusive', [[1559, 4, '9']]), { total: 6236 + 561, tax: 561 }],
  [
    'prestashop #11195',
    basket('exclusive', [[4150, 1, '21']], {
      charges: [{ amount: 350, taxClass: undefined }],
      discounts: [{ amount: 570 }],
    }),
    { total: 4755, tax: 825 },
  ],
];

describe('What other systems were reported for', () => {
  it.each(cases)('%s', (_, given, { total, tax }) => {
    const order = orderOf(given);
    const taxes = pricedPartsOf(order.lines, order).reduce((sum, part) => sum + part.tax, 0);
    expect([order.total, taxes]).toEqual([total, tax]);
    expect(paymentStatusOf({ ...order, authorizedAmount: total, capturedAmount: total })).toBe('paid');
  });

  it('getlago/lago-api #2643: credit notes of single fees come to the invoice', () => {
    const order = orderOf(
      basket(
        'exclusive',
        [6833, 6833, 5750, 8500].map((price) => [price, 1, '20'] as const),
      ),
    );
    expect(order.total).toBe(33_499);
    const parts = pricedPartsOf(order.lines, order);
    const done: RefundedLine[] = [];
    for (const n of [0, 2, 3, 1]) done.push(...refundOf(parts, done, [{ lineId: order.lines[n]!.id, quantity: 1 }]));
    expect(done.reduce((sum, { gross }) => sum + gross, 0)).toBe(33_499);
    expect(done.reduce((sum, { tax }) => sum + tax, 0)).toBe(5583);
  });
});
