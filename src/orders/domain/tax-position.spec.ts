import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import type { Order } from './order.js';
import { taxPosition } from './tax-position.js';

const key = { country: 'GB', category: 'S', rate: '20' } as const;
const order = (more: Partial<Order>, booked: readonly [gross: number, tax: number]): Order =>
  frozen({
    status: 'confirmed',
    total: 120,
    capturedAmount: 0,
    refundedAmount: 0,
    taxes: [{ ...key, net: 100, tax: 20, bookedGross: booked[0], bookedTax: booked[1] }],
    ...more,
  } as Order);
const due = (of: Order) => taxPosition(of).due.map(({ net, tax }) => [net, tax]);

describe('The taxes that are due of an order', () => {
  it('are those of what is not cancelled, before it is paid', () => {
    expect(due(order({}, [0, 0]))).toEqual([[100, 20]]);
    expect(due(order({ capturedAmount: 60 }, [60, 10]))).toEqual([[100, 20]]);
  });

  it('are those of what is not cancelled, once it is paid: the ledger has the same when the rest is returned', () => {
    expect(due(order({ total: 120, capturedAmount: 150 }, [60, 10]))).toEqual([[100, 20]]);
  });

  it('are what the ledger has, once money was returned', () => {
    expect(due(order({ capturedAmount: 120 }, [120, 20]))).toEqual([[100, 20]]);
    expect(due(order({ capturedAmount: 120, refundedAmount: 60 }, [60, 10]))).toEqual([[50, 10]]);
    expect(due(order({ capturedAmount: 60, refundedAmount: 6 }, [54, 9]))).toEqual([[45, 9]]);
  });

  it('are not more than what is left of it while money is still to be returned', () => {
    expect(due(order({ capturedAmount: 240 }, [240, 40]))).toEqual([[100, 20]]);
  });

  it.each([
    ['pending', 'open'],
    ['confirmed', 'sold'],
    ['completed', 'sold'],
    ['cancelled', 'cancelled'],
    ['expired', 'cancelled'],
  ] as const)('%s counts as %s', (status, state) => {
    expect(taxPosition(order({ status }, [0, 0])).state).toBe(state);
  });
});
