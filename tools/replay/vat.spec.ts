import { expect, it } from 'vitest';
import type { Plan, PlannedOrder } from './plan.js';
import { vatOf } from './vat.js';

const order = (total: number, refunded = 0): PlannedOrder => ({
  kind: 'order',
  invoice: '1',
  lines: [],
  total,
  refunded,
});
const plan = (...steps: PlannedOrder[]) => ({ customers: [{ email: '', name: '', steps }] }) as unknown as Plan;

it('rounds the tax of each order once, and gives it back in proportion', () => {
  expect(vatOf(plan(order(1200)), 20)).toEqual({ net: 1000, vat: 200 });
  expect(vatOf(plan(order(3), order(0)), 20)).toEqual({ net: 2, vat: 1 });
  expect(vatOf(plan(order(1200, 400)), 20)).toEqual({ net: 667, vat: 133 });
  expect(vatOf(plan(order(1200, 1200), order(1200)), 20)).toEqual({ net: 1000, vat: 200 });
});
