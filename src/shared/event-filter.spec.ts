import { expect, it } from 'vitest';
import { FILTER, wants } from './event-filter.js';

it.each(['*', 'order.*', 'order.placed', 'webhook_endpoint.disabled'])('%s is a filter', (text) =>
  expect(text).toMatch(FILTER),
);
it.each(['', 'order', '*.placed', 'order.', 'Order.placed', 'order.placed ', '**', 'a.b.c'])('%j is none', (text) =>
  expect(text).not.toMatch(FILTER),
);
it.each([
  [['*'], true],
  [['order.*'], true],
  [['order.placed'], true],
  [['payment.*', 'order.placed'], true],
  [['order.confirmed'], false],
  [['orders.*'], false],
  [[], false],
])('%j wants order.placed: %s', (filters, wanted) => expect(wants(filters, 'order.placed')).toBe(wanted));
