import { Injectable } from '@nestjs/common';
import { InvalidTransition, NotFound } from '../../shared/errors.js';
import { encodeId, newId, type PaymentId, type RefundId, type UserId } from '../../shared/ids.js';
import type { Caller } from '../../platform/access/index.js';
import { type Page, pageOf } from '../../platform/http/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import type { AttemptRequest } from '../attempts/new-attempt.js';
import { type Payment, type Refund, refundable } from '../domain/payment.js';
import { assertAllows } from '../domain/payment-state.js';
import { amountOf, PaymentModifications } from '../attempts/modifications.js';
import { PaymentsService } from '../intents/payments.service.js';
import { type RefundFilter, RefundsRepository } from '../attempts/refunds.repository.js';

export interface WantedRefund {
  /** Minor units; if absent, all that can still be refunded. */
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

/** Makes and reads refunds. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly repository: RefundsRepository,
    private readonly operations: PaymentModifications,
    private readonly attempts: AttemptStarter,
  ) {}

  /**
   * Refunds captured money, or a part of it.
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
   * Tries a refund again that its provider refused.
   * @throws NotFound, InvalidTransition, AmountTooLarge
   */
  async retry(caller: Caller, id: RefundId): Promise<Refund> {
    const { paymentId } = await this.read(caller, id);
    const { orderId } = await this.payments.read(caller, paymentId);
    await this.attempts.finish(
      await this.operations.start(orderId, paymentId, (payment) => this.planRetry(payment, id)),
    );
    return (await this.repository.find(id))!;
  }

  /** @throws NotFound also for another customer's refund */
  async read(caller: Caller, id: RefundId): Promise<Refund> {
    const refund = await this.repository.find(id);
    if (!refund) throw new NotFound('refund', encodeId('rfd', id));
    await this.payments.read(caller, refund.paymentId, 'refund');
    return refund;
  }

  /** Returns the refunds of one payment or of all, newest first. @throws NotFound */
  async list(caller: Caller, filter: RefundFilter): Promise<Page<Refund>> {
    if (filter.paymentId) await this.payments.read(caller, filter.paymentId);
    const refunds = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(refunds, filter.limit, ({ id }) => [id]);
  }

  private async planRetry(payment: Payment, id: RefundId): Promise<AttemptRequest> {
    const { status, amount } = (await this.repository.find(id))!;
    if (status !== 'failed') throw new InvalidTransition('A refund', status, 'retry');
    amountOf('A refund', amount, refundable(payment), payment.refundPending);
    await this.repository.tryAgain(id);
    return { kind: 'refund', amount, refundId: id };
  }

  private async plan(
    payment: Payment,
    { amount: wanted, reason }: WantedRefund,
    actorId: UserId,
  ): Promise<AttemptRequest> {
    assertAllows(payment.status, 'refund');
    const left = refundable(payment);
    if (left <= 0)
      throw new InvalidTransition(
        'A payment',
        `${payment.status}, with all of it being refunded or in dispute,`,
        'refund',
        payment.refundPending > 0,
      );
    const amount = amountOf('A refund', wanted, left, payment.refundPending);
    const refundId = newId<'rfd'>();
    await this.repository.insert({ id: refundId, paymentId: payment.id, amount, reason: reason ?? null, actorId });
    return { kind: 'refund', amount, refundId };
  }
}
