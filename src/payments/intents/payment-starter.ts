import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { WAIT_FOR_OUTCOME } from '../../shared/errors.js';
import { newId, type UserId } from '../../shared/ids.js';
import { assertPermitted, type Caller, isOwn } from '../../platform/access/index.js';
import { type OrderHeader, OrdersService, orderTransition, unpaid } from '../../orders/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import { PaymentsRepository, type PaymentStanding } from '../attempts/payments.repository.js';
import { ABANDONED_AFTER_MS } from '../domain/check-schedule.js';
import { assertMayTry } from '../domain/decline-quota.js';
import { newPayment, type Payment } from '../domain/payment.js';
import { AmountTooLarge, OrderNotPayable } from '../domain/payment.errors.js';
import type { WantedPayment } from './payment-terms.js';

/** How long an order keeps its stock at least when a payment starts: until the outcome is recorded, or a worker resolves it. */
const CALL_MS = 4 * ABANDONED_AFTER_MS;

/** A started payment, and its order after that. */
export interface BegunPayment {
  readonly order: OrderHeader;
  readonly started: StartedAttempt;
}

/** Writes new payments. The rules are the same for a locked order and for one that is being placed. */
@Injectable()
export class PaymentStarter {
  constructor(
    private readonly repository: PaymentsRepository,
    private readonly orders: OrdersService,
    private readonly attempts: AttemptStarter,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns earlier payments of the customer, for an order that is placed in the running transaction. Locks the customer.
   * @throws Forbidden for another customer's order, without `payments:write`
   */
  async standingOfNew(caller: Caller, customerId: UserId): Promise<PaymentStanding> {
    if (!isOwn(caller, customerId)) assertPermitted(caller, 'payments:write');
    return this.repository.standingOfNew(customerId);
  }

  /**
   * Writes a payment and its first attempt in the running transaction, which has locked or placed the order. The order then keeps
   * its stock for as long as the provider may take.
   * @throws InvalidTransition, OrderNotPayable, AmountTooLarge, OrderDeclinedTooOften, TooManyDeclines
   */
  start(caller: Caller, before: OrderHeader, standing: PaymentStanding, wanted: WantedPayment): BegunPayment {
    orderTransition(before.status, 'pay');
    const amount = amountToPay(before, standing.open, wanted.amount);
    if (!caller.permissions.has('payments:write')) assertMayTry(standing, this.repository.declineQuota);
    const order = this.orders.holdUntil(before, new Date(this.clock.now().getTime() + CALL_MS));
    const payment = this.intent(order, wanted, amount);
    this.repository.insert(payment);
    return {
      order,
      started: this.attempts.start(payment, { kind: 'authorize', amount: payment.amount, refundId: null }),
    };
  }

  private intent({ id: orderId, customerId, currency }: OrderHeader, wanted: WantedPayment, amount: number): Payment {
    const createdAt = this.clock.now();
    return newPayment({ ...wanted, id: newId<'pay'>(), orderId, customerId, currency, amount, createdAt });
  }
}

/** Returns the amount of a new payment: the unpaid amount less what payments in progress may still bring in. */
function amountToPay(order: OrderHeader, open: number, wanted: number | undefined): number {
  const left = unpaid(order) - open;
  if (left <= 0) throw new OrderNotPayable(whyNothingIsLeft(order), unpaid(order) > 0);
  if (wanted !== undefined && wanted > left) throw new AmountTooLarge('A payment', wanted, left, open);
  return wanted ?? left;
}

function whyNothingIsLeft(order: OrderHeader): string {
  if (unpaid(order) > 0) return `A payment of the order is in progress. ${WAIT_FOR_OUTCOME}`;
  if (order.total === 0) return 'It costs nothing.';
  if (order.agreedAmount !== null)
    return 'A part of it was refunded and need not be paid again, so nothing is left to pay.';
  return 'It is paid in full, or the money for it is authorised.';
}
