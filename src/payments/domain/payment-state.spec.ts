import { describe, expect, it } from 'vitest';
import { InvalidTransition } from '../../shared/errors.js';
import type { PaymentStatus } from './payment.js';
import { assertAllows, type PaymentAction, paymentActions } from './payment-state.js';

const actions: PaymentAction[] = ['capture', 'cancel', 'refund'];
const allowed = new Set([
  'authorized capture',
  'authorized cancel',
  'partially_captured capture',
  'partially_captured cancel',
  'partially_captured refund',
  'captured refund',
  'partially_refunded capture',
  'partially_refunded cancel',
  'partially_refunded refund',
  'refunded capture',
  'refunded cancel',
]);
const pairs = (Object.keys(paymentActions) as PaymentStatus[]).flatMap((status) =>
  actions.map((action) => [status, action] as const),
);

describe('payment state', () => {
  it.each(pairs.filter((pair) => allowed.has(pair.join(' '))))('%s allows %s', (status, action) =>
    expect(() => assertAllows(status, action)).not.toThrow(),
  );
  it.each(pairs.filter((pair) => !allowed.has(pair.join(' '))))('%s refuses %s', (status, action) =>
    expect(() => assertAllows(status, action)).toThrow(InvalidTransition),
  );
  it.each([
    ['processing', true],
    ['requires_action', true],
    ['declined', false],
  ] as const)('the refusal of %s is transient: %s', (status, isTransient) =>
    expect(() => assertAllows(status, 'capture')).toThrow(expect.objectContaining({ isTransient })),
  );
});
