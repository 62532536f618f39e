import { Injectable } from '@nestjs/common';
import { OrdersService } from '../../orders/index.js';
import { type Caller, NotForApiKeys } from '../../platform/access/index.js';
import { Transaction } from '../../platform/database/index.js';
import { assertUnanswered, keepSoleAnswer } from '../../platform/idempotency/index.js';
import type { ApprovalId, OrderId, PaymentId } from '../../shared/ids.js';
import { OwnApproval } from '../domain/approval.errors.js';
import { RefundPlanner } from '../refunds/refund-planner.js';
import { RefundsService } from '../refunds/refunds.service.js';
import type { ApprovalEntity } from './approval.entity.js';
import { ApprovalsService } from './approvals.service.js';

/** What somebody wants to decide. */
export interface WantedDecision {
  readonly decision: 'approve' | 'reject';
  readonly note?: string | undefined;
}

/**
 * Decides on approvals. The decision is in the transaction that starts the refund or cancels the order, so that a request is decided
 * once and has one effect, whatever ends between the two.
 */
@Injectable()
export class ApprovalDecisions {
  constructor(
    private readonly tx: Transaction,
    private readonly approvals: ApprovalsService,
    private readonly refunds: RefundsService,
    private readonly orders: OrdersService,
    private readonly planner: RefundPlanner,
  ) {}

  /** @throws NotForApiKeys, NotFound, OwnApproval, AlreadyDecided, InvalidTransition, AmountTooLarge, ApprovalRequired, NothingToCancel */
  async decide(caller: Caller, id: ApprovalId, { decision, note = '' }: WantedDecision): Promise<ApprovalEntity> {
    if (caller.apiKey) throw new NotForApiKeys();
    const approval = await this.approvals.read(id);
    if (approval.requestedBy === caller.userId) throw new OwnApproval();
    if (decision === 'reject') return this.reject(caller, id, note);
    const { paymentId, orderId } = approval;
    return paymentId ? this.refund(caller, approval, paymentId, note) : this.cancel(caller, approval, orderId!, note);
  }

  private async refund(caller: Caller, approval: ApprovalEntity, paymentId: PaymentId, note: string) {
    const { id, amount, requestedBy } = approval;
    await this.refunds.make(caller, paymentId, async (payment) => {
      await this.approvals.lockPending(id);
      const wanted = { amount, reason: approval.reason ?? undefined };
      const planned = await this.planner.planApproved(payment, wanted, requestedBy);
      const { userId: decidedBy } = caller;
      await this.approvals.decide(id, { status: 'approved', decidedBy, note, refundId: planned.refundId });
      return planned;
    });
    return this.approvals.read(id);
  }

  private cancel(caller: Caller, approval: ApprovalEntity, orderId: OrderId, note: string): Promise<ApprovalEntity> {
    const { id, amount, lines, reason } = approval;
    return this.answer(async () => {
      await this.orders.lockForPayment(orderId);
      await this.approvals.lockPending(id);
      const cancellation = { lines: lines ?? undefined, reason: reason ?? undefined };
      await this.orders.cancelApproved(orderId, cancellation, amount);
      await this.approvals.decide(id, { status: 'approved', decidedBy: caller.userId, note, refundId: null });
      return this.approvals.read(id);
    });
  }

  private reject(caller: Caller, id: ApprovalId, note: string): Promise<ApprovalEntity> {
    return this.answer(async () => {
      await this.approvals.lockPending(id);
      await this.approvals.decide(id, { status: 'rejected', decidedBy: caller.userId, note, refundId: null });
      return this.approvals.read(id);
    });
  }

  /** Runs a decision that one transaction has whole, with the answer to repeats of the request. */
  private answer(work: () => Promise<ApprovalEntity>): Promise<ApprovalEntity> {
    return this.tx.run(async () => {
      await assertUnanswered();
      const decided = await work();
      keepSoleAnswer(decided);
      return decided;
    });
  }
}
