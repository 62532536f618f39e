import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Transaction } from '../platform/database/index.js';
import { type OrderHeader, OrdersService } from '../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import { Books } from './books.js';
import type { Attempt, AttemptKind, Payment } from './domain/payment.js';
import type { ProviderEvent } from './domain/payment-reducer.js';
import { PaymentsRepository } from './payments.repository.js';
import type { PaymentProvider, ProviderAttempt } from './providers/provider.js';
import { Providers } from './providers/providers.js';

/** Told of a payment in the transaction that changed it. */
export type Recorded = (payment: Payment) => void;
const ignore: Recorded = () => undefined;

interface Locked {
  readonly order: OrderHeader;
  readonly payment: Payment;
  readonly attempt: LockedAttempt;
}

/** Rows of an attempt and all it belongs to, locked in the order of the house: order, payment, attempt. */
@Injectable()
export class PaymentLocks {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptsRepository,
  ) {}

  async lock({ id, orderId, paymentId }: Attempt): Promise<Locked> {
    const [order, payment, attempt] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.payments.lock(paymentId),
      this.attempts.lock(id),
    ]);
    if (!payment || !attempt) throw new Error(`Attempt ${id} or its payment ${paymentId} does not exist.`);
    return { order, payment, attempt };
  }
}

/**
 * Carries a committed attempt to its end: calls the provider outside any transaction, then records what it said in
 * one. Safe to run again, and from several places at once: the provider knows the attempt by its id, and each of its
 * events is applied once.
 */
@Injectable()
export class Settlement {
  constructor(
    private readonly tx: Transaction,
    private readonly locks: PaymentLocks,
    private readonly books: Books,
    private readonly providers: Providers,
    private readonly clock: Clock,
  ) {}

  /**
   * The payment as it stands after the attempt; `recorded` is told of it in the last transaction. Throws what the
   * provider throws; the attempt then stays `started`.
   */
  async settle(
    attempt: Attempt,
    { provider: name, currency, paymentMethod, capture }: Payment,
    recorded: Recorded = ignore,
  ): Promise<Payment> {
    const provider = this.providers.get(name);
    const { id, paymentId, amount } = attempt;
    const events = await operate(provider, attempt.kind, capture, { id, paymentId, amount, currency, paymentMethod });
    await this.books.open(currency, name);
    return this.record(attempt, events, recorded);
  }

  private record(attempt: Attempt, events: readonly ProviderEvent[], recorded: Recorded): Promise<Payment> {
    return this.tx.run(async () => {
      const { order, payment, attempt: locked } = await this.locks.lock(attempt);
      const news = events.filter(({ providerEventId }) => !locked.seenEvents.includes(providerEventId));
      for (const event of news) this.books.apply(order, payment, locked, event, this.clock.now());
      recorded(payment);
      return payment;
    });
  }
}

function operate(
  provider: PaymentProvider,
  kind: AttemptKind,
  capture: Payment['capture'],
  operation: ProviderAttempt,
): Promise<readonly ProviderEvent[]> {
  if (kind !== 'authorize') return provider[kind](operation);
  return capture === 'automatic' ? provider.authorizeAndCapture(operation) : provider.authorize(operation);
}
