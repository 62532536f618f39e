import { Injectable } from '@nestjs/common';
import { LessThan, type Repository } from 'typeorm';
import { Transaction } from '../../platform/database/index.js';
import type { ApprovalId, RefundId, UserId } from '../../shared/ids.js';
import { ApprovalEntity, type ApprovalStatus } from './approval.entity.js';

/** A request for approval. */
export type NewApproval = Pick<ApprovalEntity, 'id' | 'amount' | 'reason' | 'requestedBy'> &
  Partial<Pick<ApprovalEntity, 'paymentId' | 'orderId' | 'lines'>>;

/** What somebody decided. */
export interface Decision {
  readonly status: 'approved' | 'rejected';
  readonly decidedBy: UserId;
  readonly note: string | null;
  readonly refundId: RefundId | null;
}

@Injectable()
export class ApprovalsRepository {
  constructor(private readonly tx: Transaction) {}

  async insert(values: NewApproval): Promise<ApprovalEntity> {
    await this.approvals.insert(values);
    return (await this.find(values.id))!;
  }

  find(id: ApprovalId): Promise<ApprovalEntity | null> {
    return this.approvals.findOneBy({ id });
  }

  /** Locked after order and payment, if those are locked as well. */
  lock(id: ApprovalId): Promise<ApprovalEntity | null> {
    return this.approvals.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async decide(id: ApprovalId, decision: Decision): Promise<void> {
    await this.approvals.update({ id }, { ...decision, decidedAt: () => 'now()' });
  }

  /** Newest first. */
  list(take: number, before?: ApprovalId, status?: ApprovalStatus): Promise<ApprovalEntity[]> {
    const where = { ...(status && { status }), ...(before && { id: LessThan(before) }) };
    return this.approvals.find({ where, order: { id: 'DESC' }, take });
  }

  private get approvals(): Repository<ApprovalEntity> {
    return this.tx.repository(ApprovalEntity);
  }
}
