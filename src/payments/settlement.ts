import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Transaction } from '../platform/database/index.js';
import { type OrderHeader, OrdersService } from '../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import { Books } from './books.js';
import { MAX_SENDS } from './domain/check-schedule.js';
import { type Attempt, isOpen, type Payment } from './domain/payment.js';
import { type LockedPayment, PaymentsRepository } from './payments.repository.js';
import type { Outcome, ProviderAttempt } from './providers/provider.js';
import { Providers } from './providers/providers.js';
import { STORE_CREDIT, StoreCreditPayments } from './store-credit-payments.js';

/** An attempt whose row is (about to be) committed, and the payment it belongs to. */
export interface Started {
  readonly attempt: Attempt;
  readonly payment: Payment;
  /** As it was in the transaction that started the attempt. */
  readonly order?: OrderHeader;
}

/** Told of a payment in the transaction that changed it. */
export type Recorded = (payment: Payment) => void;
const ignore: Recorded = () => undefined;

/** Rows that belong together, locked. */
export interface Locked {
  readonly order: OrderHeader;
  readonly payment: LockedPayment;
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

  async lock({ id, orderId, paymentId }: Pick<Attempt, 'id' | 'orderId' | 'paymentId'>): Promise<Locked> {
    const [order, payment, attempt] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.payments.lock(paymentId),
      this.attempts.lock(id),
    ]);
    if (!payment || !attempt) throw new Error(`Attempt ${id} or its payment ${paymentId} does not exist.`);
    return { order, payment, attempt };
  }

  /** Like `lock`. What the transaction that started it left behind is not read again: if it has changed, this one runs again. */
  async lockStarted({ order: before, payment, attempt }: Started): Promise<Locked> {
    const order = before && this.orders.lockUnchanged(before);
    if (!order) return this.lock(attempt);
    this.attempts.assertUntouched(attempt, payment);
    return {
      order,
      payment: { ...payment, othersWait: false, othersOpen: false },
      attempt: { ...attempt, seenEvents: [] },
    };
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
    private readonly storeCredit: StoreCreditPayments,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends the operation. The payment as it stands after it; `recorded` is told of it in the last transaction. Throws
   * what the provider throws when it could not even be asked; the attempt then stays `started`.
   */
  settle(started: Started, recorded: Recorded = ignore): Promise<Payment> {
    if (started.payment.provider === STORE_CREDIT) return this.settleAtHome(started.attempt, recorded);
    return this.exchange(started, recorded);
  }

  /**
   * Looks into an attempt whose outcome is still to come: asks after it, and sends it again, under the same id, when
   * the provider has never heard of it; gives it up after `MAX_SENDS`.
   */
  async resolve(attempt: Attempt, payment: Payment): Promise<void> {
    if (payment.provider === STORE_CREDIT) return void (await this.settleAtHome(attempt, ignore));
    attempt.checks += 1;
    const provider = this.providers.get(payment.provider);
    const outcome = await within(provider.timeoutMs, (signal) =>
      provider.getStatus(operationOf(attempt, payment), signal),
    );
    if (outcome.state !== 'not_sent') return void (await this.record({ attempt, payment }, outcome, ignore));
    if (attempt.sends >= MAX_SENDS)
      return void (await this.record({ attempt, payment }, gaveUp(attempt, payment, this.clock.now()), ignore));
    attempt.sends += 1;
    await this.exchange({ attempt, payment }, ignore);
  }

  /** Money that lies with us moves in the transaction that records it. */
  private settleAtHome(attempt: Attempt, recorded: Recorded): Promise<Payment> {
    return this.tx.run(async () => {
      const { order, payment, attempt: locked } = await this.locks.lock(attempt);
      const now = this.clock.now();
      if (isOpen(locked)) {
        const event = await this.storeCredit.carryOut(locked, payment, now);
        this.books.apply(order, payment, locked, event, now);
      }
      recorded(payment);
      return payment;
    });
  }

  private async exchange(started: Started, recorded: Recorded): Promise<Payment> {
    const provider = this.providers.get(started.payment.provider);
    const operation = operationOf(started.attempt, started.payment);
    const outcome = await within(provider.timeoutMs, (signal) => provider.send(operation, signal));
    return this.record(started, outcome, recorded);
  }

  /** As long as the provider may keep the outcome open. */
  private heldUntil({ attempt, payment }: Started, { state }: Outcome): Date {
    const { requires_action: forAction, pending } = this.providers.get(payment.provider).capabilities
      .openOutcomeSeconds;
    const seconds = state === 'requires_action' ? forAction : pending;
    return new Date(attempt.createdAt.getTime() + seconds * 1000);
  }

  private async record(started: Started, outcome: Outcome, recorded: Recorded): Promise<Payment> {
    await this.books.open(started.payment.currency, started.payment.provider);
    return this.tx.runInGroup(async () => {
      const { order, payment, attempt } = await this.locks.lockStarted(started);
      const now = this.clock.now();
      if (outcome.state === 'settled') {
        payment.reference = outcome.reference ?? payment.reference;
        const news = outcome.events.filter(({ providerEventId }) => !attempt.seenEvents.includes(providerEventId));
        for (const event of news) this.books.apply(order, payment, attempt, event, now);
      } else if (isOpen(attempt)) {
        const { sends, checks } = started.attempt;
        const heldUntil = this.heldUntil(started, outcome);
        this.books.defer(order, payment, { ...attempt, sends, checks }, outcome, { now, heldUntil });
      }
      recorded(payment);
      return payment;
    }, 'payments.record');
  }
}

function operationOf(
  { id, paymentId, kind, amount }: Attempt,
  { capture, currency, paymentMethod, reference }: Payment,
): ProviderAttempt {
  return { id, paymentId, kind, capture, amount, currency, paymentMethod, reference };
}

/** The outcome of a call that takes no longer than it may; of one that does, nobody knows. */
async function within(timeoutMs: number, call: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      resolve({ state: 'unknown' });
      patience.abort();
    }, timeoutMs);
  });
  return Promise.race([call(patience.signal), late]).finally(() => clearTimeout(timer));
}

const failures = {
  authorize: 'failed',
  capture: 'capture_failed',
  void: 'void_failed',
  refund: 'refund_failed',
} as const;

/** What we tell ourselves of an operation that never reached its provider. */
function gaveUp({ id, kind, amount }: Attempt, { currency }: Payment, occurredAt: Date): Outcome {
  const event = {
    providerEventId: `till_gave_up_${id}`,
    attemptId: id,
    type: failures[kind],
    amount,
    currency,
    occurredAt,
  };
  return { state: 'settled', events: [event] };
}
