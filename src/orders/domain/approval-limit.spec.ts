import { expect, it } from 'vitest';
import { needsApproval } from './approval-limit.js';
import { readLimits } from './approval-limits.js';

it.each([
  ['no limit', 0, 0, 'EUR', 999_999, 'none', false],
  ['the limit itself', 0, 0, 'EUR', 50_000, '500', false],
  ['a cent more', 0, 0, 'EUR', 50_001, '500', true],
  ['parts that come to more', 30_000, 15_000, 'EUR', 5_001, '500', true],
  ['parts that do not', 30_000, 15_000, 'EUR', 5_000, '500', false],
  ['a currency without cents', 0, 0, 'JPY', 501, '500', true],
  ['a currency of thousandths', 0, 0, 'KWD', 500_000, '500', false],
  ['a currency with a limit of its own', 0, 0, 'JPY', 501, '500,JPY:600', false],
  ['a limit of nothing', 0, 0, 'EUR', 1, '0', true],
])('%s', (_, refundedAmount, refundPending, currency, amount, limit, needed) =>
  expect(needsApproval({ refundedAmount, refundPending, currency }, amount, readLimits(limit)!)).toBe(needed),
);
