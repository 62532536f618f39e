import { describe, expect, it } from 'vitest';
import { InvalidTransition } from '../../shared/errors.js';
import { type OrderAction, type OrderStatus, transition } from './order-state.js';

const statuses: OrderStatus[] = ['pending', 'confirmed', 'completed', 'cancelled', 'expired'];
const actions: OrderAction[] = ['confirm', 'complete', 'cancel', 'expire', 'fulfill', 'pay'];
const allowed: [OrderStatus, OrderAction, OrderStatus][] = [
  ['pending', 'confirm', 'confirmed'],
  ['pending', 'cancel', 'cancelled'],
  ['pending', 'expire', 'expired'],
  ['pending', 'pay', 'pending'],
  ['confirmed', 'complete', 'completed'],
  ['confirmed', 'cancel', 'cancelled'],
  ['confirmed', 'fulfill', 'confirmed'],
  ['confirmed', 'pay', 'confirmed'],
];
const forbidden = statuses.flatMap((from) =>
  actions
    .filter((action) => !allowed.some(([f, a]) => f === from && a === action))
    .map((action) => [from, action] as const),
);

describe('order state', () => {
  it.each(allowed)('%s --%s--> %s', (from, action, to) => expect(transition(from, action)).toBe(to));
  it.each(forbidden)('%s refuses %s', (from, action) =>
    expect(() => transition(from, action)).toThrow(InvalidTransition),
  );
});
