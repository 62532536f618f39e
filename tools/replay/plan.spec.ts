import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePrice } from './decimal.js';
import { creditNoteOf, planReplay, refundReason } from './plan.js';
import type { Row } from './rows.js';
import { parseRows } from './rows.js';

function row(
  invoice: string,
  code: string,
  quantity: number,
  price: string,
  customer = '17850',
  description = '',
): Row {
  return { invoice, code, quantity, price: parsePrice(price) ?? { pence: 0, positive: false }, customer, description };
}

function planOf(...rows: Row[]) {
  const plan = planReplay(rows);
  const steps = plan.customers.flatMap((customer) => customer.steps);
  const orders = steps.filter((step) => step.kind === 'order');
  const refunds = steps.filter((step) => step.kind === 'refund');
  return { ...plan, orders, given: refunds.map(({ order, amount }) => [order.invoice, amount]) };
}

describe('the two days of the sample', () => {
  const plan = planReplay(
    parseRows(readFileSync(new URL('../../data/online-retail-2010-12-01_02.csv', import.meta.url))),
  );
  const refunds = plan.customers.flatMap(({ steps }) => steps.filter((step) => step.kind === 'refund'));

  it('come to the published figures', () => {
    expect(plan.figures).toEqual({
      orders: 269,
      lines: 5135,
      skipped: 12,
      captured: 10_670_917,
      refunded: 5_675,
      unmatched: 65,
    });
    expect(refunds).toHaveLength(5);
  });

  it('leave no line unaccounted for', () => {
    expect(plan.invoiceLines + plan.creditLines).toBe(5217);
    expect(plan.figures.lines + plan.figures.skipped).toBe(plan.invoiceLines);
    expect(refunds.length + plan.figures.unmatched).toBe(plan.creditLines);
  });

  it('have one walk-in among their customers', () => {
    expect(plan.customers).toHaveLength(207);
    expect(plan.customers.filter((customer) => customer.name === 'Walk-in')).toHaveLength(1);
  });
});

it('a made-up day with every kind of dirt comes to what was added up by hand', () => {
  const { figures } = planReplay(parseRows(readFileSync(new URL('./dirty-day.csv', import.meta.url))));
  expect(figures).toEqual({
    orders: 5,
    lines: 11,
    skipped: 3,
    captured: 3080 + 5037 + 0 + 1935 + 16_850_560,
    refunded: 495 + 1275 + 390 + 330 + 1801 + 16_846_960,
    unmatched: 3,
  });
});

describe('products', () => {
  it('take the first description and the first positive price of any line, and what the orders need', () => {
    const { products } = planOf(
      row('1', 'A', 1, '0'),
      row('2', 'A', 2, '1.50', '1', 'HEART'),
      row('3', 'A', 3, '9.99', '1', 'HEART again'),
    );
    expect(products).toEqual([{ sku: 'A', name: 'HEART', price: 150, ordered: 5 }]);
  });

  it('are one when their codes differ in case alone, under the spelling that comes first', () => {
    const { products, orders, given } = planOf(
      row('1', '85123a', 1, '1'),
      row('1', '85123A', 2, '2'),
      row('C2', '85123A', -1, '1'),
    );
    expect(products).toEqual([{ sku: '85123a', name: '', price: 100, ordered: 3 }]);
    expect(orders[0]?.lines.map(({ sku, unitPrice }) => [sku, unitPrice])).toEqual([
      ['85123a', 100],
      ['85123a', 200],
    ]);
    expect(given).toEqual([['1', 100]]);
  });

  it('are one in every normal form of Unicode', () => {
    expect(planOf(row('1', 'CAF\u00c9', 1, '1'), row('1', 'cafe\u0301', 1, '2')).products).toHaveLength(1);
  });

  it('need a price: a code that never had one is none', () => {
    expect(planOf(row('1', 'A', 1, '0'), row('2', 'B', -5, '0')).products).toEqual([]);
  });

  it('include what was only ever given back', () => {
    expect(planOf(row('C1', 'D', -1, '27.50')).products).toMatchObject([{ sku: 'D', price: 2750, ordered: 0 }]);
  });
});

describe('orders', () => {
  it('keep their lines in file order, each at its own price, the same code twice too', () => {
    const { orders } = planOf(row('1', 'A', 2, '1.005'), row('1', 'B', 1, '3'), row('1', 'A', 1, '0.5'));
    expect(orders[0]).toMatchObject({
      invoice: '1',
      total: 552,
      lines: [
        { sku: 'A', quantity: 2, unitPrice: 101 },
        { sku: 'B', quantity: 1, unitPrice: 300 },
        { sku: 'A', quantity: 1, unitPrice: 50 },
      ],
    });
  });

  it('leave out lines without a positive quantity and price, and invoices without a line', () => {
    const { figures } = planOf(
      row('1', 'A', 1, '1'),
      row('1', 'A', 1, '0'),
      row('2', 'A', -10, '1'),
      row('A3', 'B', 1, '-11062.06'),
      row('4', 'A', 0, '1'),
    );
    expect(figures).toMatchObject({ orders: 1, lines: 1, skipped: 4, captured: 100 });
  });

  it('keep a line whose price rounds to no pence', () => {
    expect(planOf(row('1', 'PADS', 1, '0.001')).figures).toMatchObject({
      orders: 1,
      lines: 1,
      skipped: 0,
      captured: 0,
    });
  });

  it('without a customer are one walk-in customer’s', () => {
    const { customers } = planOf(row('1', 'A', 1, '1', ''), row('2', 'A', 1, '1', ''), row('3', 'A', 1, '1', '12'));
    expect(customers.map(({ email, steps }) => [email, steps.length])).toEqual([
      ['walk-in@replay.example', 2],
      ['customer-12@replay.example', 1],
    ]);
  });
});

describe('a credit-note line', () => {
  it('goes to the most recent earlier order that holds the code', () => {
    const { given, figures } = planOf(
      row('1', 'A', 5, '1'),
      row('2', 'A', 5, '1'),
      row('3', 'B', 5, '1'),
      row('C4', 'A', -2, '1'),
      row('5', 'A', 5, '1'),
    );
    expect(given).toEqual([['2', 200]]);
    expect(figures).toMatchObject({ refunded: 200, unmatched: 0 });
  });

  it('passes over an order that has not that much left, counting what was refunded before', () => {
    const rows = [row('1', 'A', 5, '1'), row('2', 'A', 3, '1')];
    const { given, figures } = planOf(
      ...rows,
      row('C3', 'A', -2, '1'),
      row('C3', 'A', -2, '1'),
      row('C3', 'A', -4, '1'),
    );
    expect(given).toEqual([
      ['2', 200],
      ['1', 200],
    ]);
    expect(figures).toMatchObject({ refunded: 400, unmatched: 1 });
  });

  it('may take the whole of an order', () => {
    expect(planOf(row('1', 'A', 5, '1'), row('C2', 'A', -5, '1')).given).toEqual([['1', 500]]);
  });

  it('may be dearer than the code was sold for, as long as the order has that much', () => {
    expect(planOf(row('1', 'A', 1, '1'), row('1', 'B', 1, '9'), row('C2', 'A', -1, '2')).given).toEqual([['1', 200]]);
  });

  it.each([
    ['another customer bought it', [row('1', 'A', 5, '1', '12'), row('C2', 'A', -1, '1', '13')]],
    ['a walk-in returns a known customer’s', [row('1', 'A', 5, '1', '12'), row('C2', 'A', -1, '1', '')]],
    ['the order comes later', [row('C1', 'A', -1, '1'), row('2', 'A', 5, '1')]],
    ['the order holds another code', [row('1', 'B', 5, '1'), row('C2', 'A', -1, '1')]],
    ['its line was skipped', [row('1', 'A', 5, '0'), row('1', 'B', 5, '1'), row('C2', 'A', -1, '1')]],
    ['nothing is due back', [row('1', 'A', 5, '1'), row('C2', 'A', -1, '0')]],
  ])('is unmatched when %s', (_, rows) => {
    const { given, figures } = planOf(...rows);
    expect(given).toEqual([]);
    expect(figures).toMatchObject({ refunded: 0, unmatched: 1 });
  });

  it('is known by its letter, small or capital', () => {
    const { figures, creditLines } = planReplay([row('1', 'A', 5, '1'), row('c700052', 'A', -2, '1')]);
    expect({ ...figures, creditLines }).toMatchObject({ orders: 1, refunded: 200, skipped: 0, creditLines: 1 });
  });

  it('has a name of its own within its note, whatever became of the lines before', () => {
    const { customers } = planOf(row('1', 'A', 5, '1'), row('C2', 'X', -1, '1'), row('C2', 'A', -1, '1'));
    expect(customers[0]?.steps[1]).toMatchObject({ kind: 'refund', creditNote: 'C2', position: 2 });
  });
  it('is named in the reason of its refund, and read from it again', () => {
    const { customers, creditNotes } = planOf(row('1', 'A', 5, '1'), row('C2', 'A', -3, '1'), row('C3', 'B', -1, '1'));
    const step = customers[0]?.steps[1];
    const reason = step?.kind === 'refund' ? refundReason(step) : '';
    expect(reason).toBe('Credit note C2, line 1: 3 x A');
    expect(creditNoteOf(reason)).toBe('C2');
    expect(creditNoteOf('it broke')).toBeUndefined();
    expect([...creditNotes]).toEqual(['C2', 'C3']);
  });
});
