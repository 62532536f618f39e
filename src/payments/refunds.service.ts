import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { encodeId, type OrderId, type PaymentId, type RefundId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { type Keyset, type Page, pageOf } from '../platform/http/index.js';
import { Attempts } from './attempts.js';
import type { Refund } from './domain/payment.js';
import { PaymentsService } from './payments.service.js';
import { NothingToRefund } from './payment-errors.js';
import { RefundStarter, type WantedRefund } from './refund-starter.js';
import { RefundsRepository } from './refunds.repository.js';

/** Giving money back. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly repository: RefundsRepository,
    private readonly starter: RefundStarter,
    private readonly attempts: Attempts,
  ) {}

  /**
   * Gives back (a part of) what was captured. The amount is set aside under the payment's lock before the provider is
   * called, so that refunds at once can't return more than was captured.
   * @throws NotFound, NothingToRefund, AmountTooLarge
   */
  async refund(caller: Caller, paymentId: PaymentId, wanted: WantedRefund): Promise<Refund> {
    const { orderId } = await this.payments.read(caller, paymentId);
    const started = await this.starter.start(orderId, paymentId, wanted, caller.userId);
    await this.attempts.finish(started);
    return (await this.repository.find(started.attempt.refundId!))!;
  }

  /** Gives back all that is left of an order's payments; does nothing when nothing is. Safe to repeat. */
  async refundOrder(orderId: OrderId, reason: string): Promise<void> {
    for (const paymentId of await this.starter.refundablePayments(orderId)) {
      const started = await this.starter.start(orderId, paymentId, { reason }, null).catch(ignoreNothingLeft);
      if (started) await this.attempts.finish(started);
    }
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
}

/** Somebody else gave the rest back meanwhile. */
function ignoreNothingLeft(error: unknown): undefined {
  if (!(error instanceof NothingToRefund)) throw error;
}
