import { describe, expect, it } from 'vitest';
import { moneyOfOrder } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { overpaidAmount } from './overpaid-amount.js';

const pending = moneyOfOrder();
const nothing = { authorized: 0, captured: 0, refunded: 0, capturePending: 0, voidPending: 0, refundPending: 0 };
const authorized = (amount: number) => ({ ...nothing, authorized: amount });
const charged = (amount: number) => ({ ...nothing, authorized: amount, captured: amount });

describe('Money is late', () => {
  it.each([
    ['none of it, when the order waits for it', pending, charged(1000), 0],
    ['none of it, when it is a part', { ...pending, authorizedAmount: 300 }, charged(700), 0],
    ['what is beyond the total', { ...pending, authorizedAmount: 600 }, charged(1000), 600],
    [
      'nothing that replaces what went back',
      { ...pending, authorizedAmount: 600, refundedAmount: 600 },
      charged(1000),
      0,
    ],
    [
      'nothing that replaces what is on its way back',
      { ...pending, authorizedAmount: 600, capturedAmount: 600, refundPending: 600 },
      charged(1000),
      0,
    ],
    [
      'nothing that replaces what is in dispute',
      { ...pending, authorizedAmount: 600, capturedAmount: 600, disputedAmount: 600 },
      charged(1000),
      0,
    ],
    [
      'all of it, when the order is paid',
      { ...pending, status: 'confirmed', authorizedAmount: 1000 },
      charged(1000),
      1000,
    ],
    [
      'all of it, when it was given back after it was paid',
      { ...pending, status: 'completed', authorizedAmount: 1000, refundedAmount: 1000, agreedAmount: 0 },
      charged(1000),
      1000,
    ],
    [
      'all that is only authorised',
      { ...pending, status: 'confirmed', authorizedAmount: 1000 },
      authorized(1000),
      1000,
    ],
    [
      'nothing that replaces what was voided',
      { ...pending, status: 'confirmed', authorizedAmount: 400 },
      charged(600),
      0,
    ],
    [
      'nothing that was authorised in time',
      { ...pending, status: 'confirmed', authorizedAmount: 1000 },
      { ...nothing, captured: 1000 },
      0,
    ],
    ['nothing that is voided', { ...pending, status: 'confirmed', authorizedAmount: 2000 }, authorized(-1000), 0],
    ['all of it, when the order is cancelled', { ...pending, status: 'cancelled' }, charged(1000), 1000],
    [
      'all that is captured after the order was cancelled',
      { ...pending, status: 'cancelled', authorizedAmount: 1000 },
      { ...nothing, captured: 700 },
      700,
    ],
    ['all that is authorised after the order expired', { ...pending, status: 'expired' }, authorized(1000), 1000],
    [
      'nothing that goes back from a cancelled order',
      { ...pending, status: 'cancelled', authorizedAmount: 1000 },
      { ...nothing, refunded: 1000 },
      0,
    ],
  ] as const)('%s', (_, order, moved, late) => {
    expect(overpaidAmount(frozen({ ...order }), frozen({ ...moved }))).toBe(late);
  });
});
