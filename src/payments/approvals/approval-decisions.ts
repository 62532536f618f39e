import { Injectable } from '@nestjs/common';
import { type Caller, NotForApiKeys } from '../../platform/access/index.js';
import { Transaction } from '../../platform/database/index.js';
import { assertUnanswered, keepSoleAnswer } from '../../platform/idempotency/index.js';
import type { ApprovalId } from '../../shared/ids.js';
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
 * Decides on approvals. The decision is in the transaction that starts the refund, so that a request is decided once and refunded once,
 * whatever ends between the two.
 */
@Injectable()
export class ApprovalDecisions {
  constructor(
    private readonly tx: Transaction,
    private readonly approvals: ApprovalsService,
    private readonly refunds: RefundsService,
    private readonly planner: RefundPlanner,
  ) {}

  /** @throws NotForApiKeys, NotFound, OwnApproval, AlreadyDecided, InvalidTransition, AmountTooLarge */
  async decide(caller: Caller, id: ApprovalId, { decision, note = '' }: WantedDecision): Promise<ApprovalEntity> {
    if (caller.apiKey) throw new NotForApiKeys();
    const approval = await this.approvals.read(id);
    if (approval.requestedBy === caller.userId) throw new OwnApproval();
    return decision === 'approve' ? this.approve(caller, approval, note) : this.reject(caller, id, note);
  }

  private async approve(caller: Caller, approval: ApprovalEntity, note: string): Promise<ApprovalEntity> {
    const { id, paymentId, amount, requestedBy } = approval;
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

  private reject(caller: Caller, id: ApprovalId, note: string): Promise<ApprovalEntity> {
    return this.tx.run(async () => {
      await assertUnanswered();
      await this.approvals.lockPending(id);
      await this.approvals.decide(id, { status: 'rejected', decidedBy: caller.userId, note, refundId: null });
      const rejected = await this.approvals.read(id);
      keepSoleAnswer(rejected);
      return rejected;
    });
  }
}
