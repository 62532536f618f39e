import { Injectable } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { encodeId, type PaymentId, type RefundId } from '../../shared/ids.js';
import type { Caller } from '../../platform/access/index.js';
import { type Page, pageOf } from '../../platform/http/index.js';
import { AttemptStarter } from '../attempts/attempt-starter.js';
import { type Modification, PaymentModifications } from '../attempts/modifications.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import { type RefundFilter, RefundsRepository } from '../attempts/refunds.repository.js';
import type { Refund } from '../domain/payment.js';
import { PaymentsService } from '../intents/payments.service.js';
import { RefundPlanner, type WantedRefund } from './refund-planner.js';

/** Makes and reads refunds. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly repository: RefundsRepository,
    private readonly operations: PaymentModifications,
    private readonly attempts: AttemptStarter,
    private readonly planner: RefundPlanner,
  ) {}

  /**
   * Refunds captured money, or a part of it.
   * @throws NotFound, InvalidTransition, AmountTooLarge, ApprovalRequired
   */
  refund(caller: Caller, paymentId: PaymentId, wanted: WantedRefund): Promise<Refund> {
    return this.make(caller, paymentId, this.planOf(caller, wanted));
  }

  /** Begins a refund in the running transaction, which sends nothing. @throws as `refund` */
  begin(caller: Caller, paymentId: PaymentId, wanted: WantedRefund): Promise<StartedAttempt> {
    return this.start(caller, paymentId, this.planOf(caller, wanted));
  }

  /** Makes the refund that `plan` chooses for the locked payment. @throws NotFound, and what `plan` throws */
  async make(caller: Caller, paymentId: PaymentId, plan: Modification): Promise<Refund> {
    const started = await this.start(caller, paymentId, plan);
    await this.attempts.finish(started);
    return (await this.repository.find(started.attempt.refundId!))!;
  }

  /**
   * Tries a refund again that its provider refused.
   * @throws NotFound, InvalidTransition, AmountTooLarge, ApprovalRequired
   */
  async retry(caller: Caller, id: RefundId): Promise<Refund> {
    const { paymentId } = await this.read(caller, id);
    return this.make(caller, paymentId, (payment, order) => this.planner.planRetry({ payment, order }, id));
  }

  private planOf(caller: Caller, wanted: WantedRefund): Modification {
    return (payment, order) => this.planner.plan({ payment, order }, wanted, caller.userId);
  }

  private async start(caller: Caller, paymentId: PaymentId, plan: Modification): Promise<StartedAttempt> {
    const { orderId } = await this.payments.read(caller, paymentId);
    return this.operations.start(orderId, paymentId, plan);
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
}
