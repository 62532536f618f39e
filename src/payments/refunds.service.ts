import { Injectable } from '@nestjs/common';
import { InvalidTransition, NotFound } from '../shared/errors.js';
import { encodeId, newId, type OrderId, type PaymentId, type RefundId, type UserId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { type Keyset, type Page, pageOf } from '../platform/http/index.js';
import { type AttemptPlan, Attempts } from './attempts.js';
import { planVoid } from './captures.service.js';
import { capturable, type Payment, type Refund, refundable } from './domain/payment.js';
import { assertAllows } from './domain/payment-state.js';
import { amountOf, Operations, type Plan } from './operations.js';
import { PaymentsService } from './payments.service.js';
import { RefundsRepository } from './refunds.repository.js';

export interface WantedRefund {
  /** Minor units; all that is left to give back when absent. */
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

/** Giving money back. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly repository: RefundsRepository,
    private readonly operations: Operations,
    private readonly attempts: Attempts,
  ) {}

  /**
   * Gives back (a part of) what was captured.
   * @throws NotFound, InvalidTransition, AmountTooLarge
   */
  async refund(caller: Caller, paymentId: PaymentId, wanted: WantedRefund): Promise<Refund> {
    const { orderId } = await this.payments.read(caller, paymentId);
    const started = await this.operations.start(orderId, paymentId, (payment) =>
      this.plan(payment, wanted, caller.userId),
    );
    await this.attempts.finish(started);
    return (await this.repository.find(started.attempt.refundId!))!;
  }

  /**
   * Gives back all that an order's payments hold: voids what is authorised, refunds what is captured. Does nothing where
   * nothing is left. Safe to repeat.
   */
  async giveBack(orderId: OrderId, reason: string): Promise<void> {
    for (const payment of await this.operations.paymentsOf(orderId)) {
      if (capturable(payment) > 0) await this.operate(payment, (locked) => planVoid(locked));
      if (refundable(payment) > 0) await this.operate(payment, (locked) => this.plan(locked, { reason }, null));
    }
  }

  /**
   * Gives back so much (minor units) of a payment that came when its order was paid already: voids what is only authorised,
   * refunds what was captured. A provider that voids all or nothing goes on holding what is more than that, until it is
   * captured or runs out. Safe to repeat: what went back of the payment before counts.
   */
  async giveBackLate(orderId: OrderId, id: PaymentId, amount: number, reason: string): Promise<void> {
    const payment = (await this.operations.paymentsOf(orderId)).find((one) => one.id === id);
    if (!payment) return;
    const held = capturable(payment);
    if (held > 0 && (held <= amount || this.attempts.providerOf(payment.provider).capabilities.partialVoids))
      await this.operate(payment, (locked) => planVoid(locked, leftOf(amount, locked)));
    await this.operate(payment, (locked) => {
      const wanted = { amount: Math.min(refundable(locked), leftOf(amount, locked)), reason };
      return this.plan(locked, wanted, null);
    });
  }

  /** @throws NotFound also for what belongs to somebody else */
  async read(caller: Caller, id: RefundId): Promise<Refund> {
    const refund = await this.repository.find(id);
    if (!refund) throw new NotFound('refund', encodeId('rfd', id));
    await this.payments.read(caller, refund.paymentId);
    return refund;
  }

  /** Newest first. @throws NotFound */
  async list(caller: Caller, paymentId: PaymentId, after: Keyset | undefined, limit: number): Promise<Page<Refund>> {
    await this.payments.read(caller, paymentId);
    return pageOf(await this.repository.list(paymentId, after, limit + 1), limit, ({ id }) => [id]);
  }

  private async operate({ orderId, id }: Payment, plan: Plan): Promise<void> {
    const started = await this.operations.start(orderId, id, plan).catch(ignoreNothingLeft);
    if (started) await this.attempts.finish(started);
  }

  private plan(payment: Payment, { amount: wanted, reason }: WantedRefund, actorId: UserId | null): AttemptPlan {
    assertAllows(payment.status, 'refund');
    const left = refundable(payment);
    if (left <= 0)
      throw new InvalidTransition(
        'A payment',
        `${payment.status}, with all of it being refunded or in dispute,`,
        'refund',
      );
    const amount = amountOf('A refund', wanted, left);
    const refundId = newId<'rfd'>();
    payment.refundPending += amount;
    this.repository.insert({ id: refundId, paymentId: payment.id, amount, reason: reason ?? null }, actorId);
    return { kind: 'refund', amount, refundId };
  }
}

/** What of so much that is to go back did not yet. @throws InvalidTransition when nothing is left */
function leftOf(amount: number, { voidedAmount, voidPending, refundedAmount, refundPending }: Payment): number {
  const left = amount - voidedAmount - voidPending - refundedAmount - refundPending;
  if (left <= 0) throw new InvalidTransition('A payment', 'back where it came from', 'go back again');
  return left;
}

/** Somebody else gave the rest back meanwhile. */
function ignoreNothingLeft(error: unknown): undefined {
  if (!(error instanceof InvalidTransition)) throw error;
}
