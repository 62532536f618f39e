import { describe, expect, it } from 'vitest';
import { orderHeader } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import type { OrderHeader } from './order.js';
import { recordMoney } from './record-money.js';

const soon = new Date(1000);
const until = new Date(2000);

const orderOf = (given: Partial<OrderHeader>) => orderHeader({ reservedUntil: soon, ...given });
const paid = { status: 'confirmed', reservedUntil: null, authorizedAmount: 1000, capturedAmount: 1000 } as const;

describe('Money', () => {
  it('that covers a pending order confirms it, and ends the limit of its reservation', () => {
    const after = recordMoney(orderOf({}), { authorized: 1000, captured: 1000 }, until);
    expect(after).toMatchObject({ confirms: true, lostItsMoney: false });
    expect(after.order).toMatchObject({ ...paid, version: 1 });
  });

  it('that covers a part leaves it pending', () => {
    const after = recordMoney(orderOf({}), { authorized: 999 }, until);
    expect(after).toMatchObject({ confirms: false, lostItsMoney: false });
    expect(after.order).toMatchObject({ status: 'pending', reservedUntil: soon, authorizedAmount: 999 });
  });

  it('that all went back limits the reservation of a confirmed order', () => {
    const after = recordMoney(orderOf(paid), { refunded: 1000 }, until);
    expect(after).toMatchObject({ confirms: false, lostItsMoney: true });
    expect(after.order).toMatchObject({ status: 'confirmed', reservedUntil: until, agreedAmount: null });
  });

  it.each([
    ['went back as an amount', { refunded: 600 }, { refundedAmount: 400, agreedAmount: 600 }],
    ['was lost in a dispute', { chargedBack: 600, disputed: -600 }, { refundedAmount: 400, disputedAmount: 600 }],
    ['was voided', { authorized: -600 }, { authorizedAmount: 1000, refundedAmount: 400, capturedAmount: 400 }],
  ])('that %s, after a part was shipped, limits how long the rest is kept', (_way, moved, more) => {
    const shipped = orderOf({ ...paid, fulfillmentStatus: 'partially_fulfilled', ...more });
    const after = recordMoney(shipped, moved, until);
    expect(after).toMatchObject({ lostItsMoney: true, order: { reservedUntil: until, agreedAmount: null } });
  });

  it('that an order never cost, and that all was shipped for, limits nothing', () => {
    const free = orderOf({ ...paid, total: 0, authorizedAmount: 0, capturedAmount: 0 });
    expect(recordMoney(free, { refunded: 0 }, until).lostItsMoney).toBe(false);
    const sold = orderOf({ ...paid, status: 'completed', fulfillmentStatus: 'fulfilled' });
    expect(recordMoney(sold, { refunded: 1000 }, until)).toMatchObject({ lostItsMoney: false });
  });

  it('that went back in part limits nothing', () => {
    const after = recordMoney(orderOf(paid), { refunded: 999 }, until);
    expect(after).toMatchObject({ confirms: false, lostItsMoney: false });
    expect(after.order).toMatchObject({ reservedUntil: null, agreedAmount: 1 });
  });

  it('that pays a confirmed order anew lifts the limit, once it is covered', () => {
    const unfunded = orderOf({ ...paid, refundedAmount: 1000, reservedUntil: soon });
    const part = recordMoney(unfunded, { authorized: 400, captured: 400 }, until).order;
    expect(part.reservedUntil).toBe(soon);
    expect(recordMoney(frozen(part), { authorized: 600, captured: 600 }, until).order.reservedUntil).toBeNull();
  });
});
