import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { WAIT_FOR_OUTCOME } from '../../shared/errors.js';
import { newId, type UserId } from '../../shared/ids.js';
import { assertPermitted, type Caller } from '../../platform/access/index.js';
import { type OrderHeader, OrdersService, orderTransition, unpaid } from '../../orders/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import { PaymentsRepository, type PaymentStanding } from '../attempts/payments.repository.js';
import { ABANDONED_AFTER_MS } from '../domain/check-schedule.js';
import { assertMayTry } from '../domain/decline-quota.js';
import { newPayment, type Payment } from '../domain/payment.js';
import { AmountTooLarge, OrderNotPayable } from '../domain/payment.errors.js';
import type { WantedPayment } from './payment-terms.js';

/** How long the order keeps its stock at least when a payment begins: until the outcome is recorded, or a dead process's is found. */
const CALL_MS = 4 * ABANDONED_AFTER_MS;

/** A payment that has begun, and its order after that. */
export interface BegunPayment {
  readonly order: OrderHeader;
  readonly started: StartedAttempt;
}

/** Writes new payments. The rules of paying are the same for an order that is locked and for one that is being placed. */
@Injectable()
export class PaymentStarter {
  constructor(
    private readonly repository: PaymentsRepository,
    private readonly orders: OrdersService,
    private readonly attempts: AttemptStarter,
    private readonly clock: Clock,
  ) {}

  /**
   * What the customer of an order that is placed with the running transaction has tried to pay before. Takes the customer's lock.
   * @throws Forbidden for the order of somebody else, without `payments:write`
   */
  async standingOfNew(caller: Caller, customerId: UserId): Promise<PaymentStanding> {
    if (customerId !== caller.userId) assertPermitted(caller, 'payments:write');
    return this.repository.standingOfNew(customerId);
  }

  /**
   * Writes a payment and its first attempt with the running transaction, which has locked or placed the order. The order then
   * keeps its stock for as long as the provider may take.
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

/** What a new payment may take: what is still to be paid, less what other payments may yet bring in. */
function amountToPay(order: OrderHeader, open: number, wanted: number | undefined): number {
  const left = unpaid(order) - open;
  if (left <= 0) throw new OrderNotPayable(whyNothingIsLeft(order), unpaid(order) > 0);
  if (wanted !== undefined && wanted > left) throw new AmountTooLarge('A payment', wanted, left, open);
  return wanted ?? left;
}

function whyNothingIsLeft(order: OrderHeader): string {
  if (unpaid(order) > 0) return `A payment of it is under way. ${WAIT_FOR_OUTCOME}`;
  if (order.total === 0) return 'It costs nothing.';
  if (order.agreedAmount !== null) return 'What was given back of it stays given back, so that nothing is left to pay.';
  return 'It is paid in full, or the money for it is authorised.';
}
