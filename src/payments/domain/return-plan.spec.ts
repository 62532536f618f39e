import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import type { MoneyOfOrder, OrderHeader } from '../../orders/index.js';
import type { Payment } from './payment.js';
import { type OpenRefund, planReturn } from './return-plan.js';

const payment = (over: Partial<Payment>): Payment =>
  ({
    id: newId<'pay'>(),
    amount: 1000,
    authorizedAmount: 1000,
    capturedAmount: 0,
    capturePending: 0,
    voidedAmount: 0,
    voidPending: 0,
    refundedAmount: 0,
    refundPending: 0,
    disputedAmount: 0,
    ...over,
  }) as Payment;
const captured = { capturedAmount: 1000 };

/** A cancelled order that holds what was authorised of these payments. */
const orderOf = (payments: readonly Payment[]): MoneyOfOrder & Pick<OrderHeader, 'fulfillmentStatus'> => ({
  status: 'cancelled',
  fulfillmentStatus: 'unfulfilled',
  total: 1000,
  authorizedAmount: payments.reduce((sum, { authorizedAmount }) => sum + authorizedAmount, 0),
  capturedAmount: payments.reduce((sum, { capturedAmount }) => sum + capturedAmount, 0),
  refundedAmount: 0,
  capturePending: 0,
  voidPending: 0,
  refundPending: 0,
  disputedAmount: 0,
  chargedBackAmount: 0,
  agreedAmount: null,
});
const planOf = (payments: readonly Payment[], refunds: readonly OpenRefund[] = []) =>
  planReturn(frozen({ order: orderOf(payments), payments, owing: null, refunds, voids: [], voidsParts: () => true }));
const refused = ({ id }: Payment, tries: number, sinceMs: number): OpenRefund => ({
  id: newId<'rfd'>(),
  paymentId: id,
  amount: 1000,
  status: 'pending',
  tries,
  sinceMs,
  isLive: false,
  isOwed: true,
  isOfPieces: false,
});

describe('The plan to give back what a cancelled order holds', () => {
  it('voids what is authorised and refunds what is captured', () => {
    const [held, paid] = [payment({}), payment(captured)];
    expect(planOf([held, paid]).steps).toEqual([
      { do: 'void', payment: held, amount: 1000 },
      { do: 'refund', payment: paid, amount: 1000 },
    ]);
  });

  it('tries a refused refund again once its time has come', () => {
    const paid = payment(captured);
    const [early, late] = [refused(paid, 1, 0), refused(paid, 1, 60_000)];
    expect(planOf([paid], [early])).toMatchObject({ steps: [], waitMs: 5000 });
    expect(planOf([paid], [late]).steps).toEqual([{ do: 'refund', payment: paid, amount: 1000, refundId: late.id }]);
  });

  it("gives back by a refund of its own what a refused one for other pieces can't", () => {
    const paid = payment(captured);
    const ofPieces = { ...refused(paid, 1, 60_000), amount: 400, isOwed: false, isOfPieces: true };
    expect(planOf([paid], [ofPieces])).toMatchObject({
      steps: [{ do: 'refund', payment: paid, amount: 1000 }],
      cancelled: [ofPieces.id],
    });
  });

  it('leaves to people what a provider has refused too often', () => {
    const paid = payment(captured);
    expect(planOf([paid], [refused(paid, 5, 86_400_000)])).toMatchObject({ steps: [], listed: 1000 });
  });
});

describe('The plan to return the surplus of an order that was paid twice', () => {
  const [late, paid] = [payment({}), payment(captured)];
  const stepsFor = (fulfillmentStatus: OrderHeader['fulfillmentStatus']) =>
    planReturn(
      frozen({
        order: { ...orderOf([late, paid]), status: 'confirmed', fulfillmentStatus },
        payments: [late, paid],
        owing: new Set([paid.id]),
        refunds: [],
        voids: [],
        voidsParts: () => true,
      }),
    ).steps;

  it('refunds the payment that owes it', () => {
    expect(stepsFor('unfulfilled')).toEqual([{ do: 'refund', payment: paid, amount: 1000 }]);
  });

  it('voids what is only authorised once goods have left, so that captured money stays for them', () => {
    expect(stepsFor('partially_fulfilled')).toEqual([{ do: 'void', payment: late, amount: 1000 }]);
  });

  it('waits for what is being captured once goods have left: it is voided if that fails', () => {
    const half = payment({ authorizedAmount: 2000, amount: 2000, capturedAmount: 1000, capturePending: 330 });
    const order = {
      ...orderOf([half]),
      status: 'completed',
      fulfillmentStatus: 'fulfilled',
      capturePending: 330,
    } as const;
    const given = { order, payments: [half], owing: null, refunds: [], voids: [], voidsParts: () => true };
    expect(planReturn(frozen(given)).steps).toEqual([{ do: 'void', payment: half, amount: 670 }]);
  });
});
