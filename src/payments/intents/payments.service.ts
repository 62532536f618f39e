import { Injectable } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { encodeId, type OrderId, type PaymentId } from '../../shared/ids.js';
import { assertOwnOr, type Caller } from '../../platform/access/index.js';
import { Transaction } from '../../platform/database/index.js';
import { type Page, pageOf } from '../../platform/http/index.js';
import { OrdersService } from '../../orders/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import { keepPayment } from '../attempts/keep-payment.js';
import type { Payment } from '../domain/payment.js';
import { PaymentStarter } from './payment-starter.js';
import type { WantedPayment } from './payment-terms.js';
import { assertNarrow, type PaymentList } from '../attempts/payment-list.js';
import { PaymentsRepository } from '../attempts/payments.repository.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import { STORE_CREDIT } from '../domain/payment.js';

@Injectable()
export class PaymentsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: PaymentsRepository,
    private readonly orders: OrdersService,
    private readonly attempts: AttemptStarter,
    private readonly starter: PaymentStarter,
  ) {}

  /**
   * Pays an order or a part of it: commits the payment and the attempt, calls the provider, and commits the outcome with order and
   * ledger. A repeat of the request continues where the first one stopped. A declined payment is a payment too; callers with
   * `payments:write` may make any number of them.
   * @throws NotFound, InvalidTransition, OrderNotPayable, AmountTooLarge, OrderDeclinedTooOften, TooManyDeclines
   */
  async pay(caller: Caller, orderId: OrderId, wanted: WantedPayment): Promise<Payment> {
    const group = wanted.provider === STORE_CREDIT ? {} : { group: 'payments.begin' };
    const started = await this.tx.run(() => this.begin(caller, orderId, wanted), group);
    return this.attempts.finish(started, keepPayment);
  }

  /**
   * @param asked the resource that the caller asked for (a payment or a part of one), for the error
   * @throws NotFound also for another customer's payment
   */
  async read(caller: Caller, id: PaymentId, asked = 'payment'): Promise<Payment> {
    const payment = await this.repository.find(id);
    if (!payment) throw new NotFound(asked, encodeId('pay', id));
    assertOwnOr(caller, payment.customerId, 'payments:read', asked);
    return payment;
  }

  /** Returns payments, newest first; without `payments:read` only those of the caller's own orders. @throws NotFound, ValidationFailed */
  async list(caller: Caller, filter: PaymentList): Promise<Page<Payment>> {
    assertNarrow(filter);
    if (filter.orderId) await this.orders.read(caller, filter.orderId);
    const customerId = filter.orderId || caller.permissions.has('payments:read') ? undefined : caller.userId;
    const payments = await this.repository.list({ ...filter, customerId, limit: filter.limit + 1 });
    return pageOf(payments, filter.limit, ({ id }) => [id]);
  }

  /** Returns the payments of these orders, the newest first, whoever may see them. */
  ofOrders(ids: readonly OrderId[]): Promise<Payment[]> {
    return this.repository.ofOrders(ids);
  }

  private async begin(caller: Caller, orderId: OrderId, wanted: WantedPayment): Promise<StartedAttempt> {
    const [order, earlier, standing] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.attempts.findPreviousRun(),
      this.repository.standing(orderId),
    ]);
    assertOwnOr(caller, order.customerId, 'payments:write', 'order');
    if (earlier) return earlier;
    return this.starter.start(caller, order, standing, wanted).started;
  }
}
