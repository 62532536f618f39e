import { Injectable } from '@nestjs/common';
import type { Entry } from '../../ledger/index.js';
import { applyMoney, type OrderPaymentStatus, paymentStatusOf } from '../../orders/index.js';
import type { Caller } from '../../platform/access/index.js';
import { dryRun, Transaction } from '../../platform/database/index.js';
import type { PaymentId } from '../../shared/ids.js';
import { PaymentPostings } from '../attempts/payment-postings.js';
import { RefundsRepository } from '../attempts/refunds.repository.js';
import type { Refund } from '../domain/payment.js';
import { PendingRefunds } from './pending-refunds.js';
import type { WantedRefund } from './refund-planner.js';
import { RefundsService } from './refunds.service.js';

/** What a refund would return, and what follows if it succeeds. */
export interface RefundQuote {
  readonly refund: Refund;
  /** Of the order. */
  readonly paymentStatus: OrderPaymentStatus;
  readonly entries: readonly Entry[];
}

/** Says what refunds would do, after those in progress: a refund is begun by the same code, and taken back. */
@Injectable()
export class RefundQuotes {
  constructor(
    private readonly tx: Transaction,
    private readonly refunds: RefundsService,
    private readonly repository: RefundsRepository,
    private readonly pending: PendingRefunds,
    private readonly postings: PaymentPostings,
  ) {}

  /** Changes no row and calls no provider. @throws NotFound, and as `RefundsService.refund` */
  of(caller: Caller, paymentId: PaymentId, wanted: WantedRefund): Promise<RefundQuote> {
    return dryRun(this.tx, async () => {
      const started = await this.refunds.begin(caller, paymentId, wanted);
      const refund = (await this.repository.find(started.attempt.refundId!))!;
      const { order, payment, attempt } = await this.pending.lockAfter(started);
      const { entries } = this.postings.entriesOfRefund(order, payment, refund.amount, attempt.byTax);
      return { refund, entries, paymentStatus: paymentStatusOf(applyMoney(order, { refunded: refund.amount })) };
    });
  }
}
