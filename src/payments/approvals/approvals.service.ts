import { Injectable } from '@nestjs/common';
import { type Cancellation, OrdersService, piecesToCancel, returnedByCancelling } from '../../orders/index.js';
import type { Caller } from '../../platform/access/index.js';
import { AuditLog } from '../../platform/audit/index.js';
import { Transaction } from '../../platform/database/index.js';
import { type Page, pageOf, readCursor } from '../../platform/http/index.js';
import { NotFound } from '../../shared/errors.js';
import { type ApprovalId, encodeId, newId, type OrderId, type PaymentId } from '../../shared/ids.js';
import { PaymentsService } from '../intents/payments.service.js';
import { refundableAmount, type WantedRefund } from '../refunds/refund-planner.js';
import type { ApprovalEntity, ApprovalStatus } from './approval.entity.js';
import { AlreadyDecided, NothingToApprove } from '../domain/approval.errors.js';
import { ApprovalsRepository, type Decision, type NewApproval } from './approvals.repository.js';

/** Requests for a second person's approval of a refund or a cancellation. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: ApprovalsRepository,
    private readonly payments: PaymentsService,
    private readonly orders: OrdersService,
    private readonly audit: AuditLog,
  ) {}

  /** Sets nothing aside: the amount is checked again when somebody approves. @throws NotFound, InvalidTransition, AmountTooLarge */
  async request(caller: Caller, paymentId: PaymentId, wanted: WantedRefund): Promise<ApprovalEntity> {
    const amount = refundableAmount(await this.payments.read(caller, paymentId), wanted.amount);
    const values = { id: newId<'apr'>(), paymentId, amount, reason: wanted.reason ?? null, requestedBy: caller.userId };
    return this.insert(values, { paymentId: encodeId('pay', paymentId) });
  }

  /** Cancels nothing: what it gives back is counted again when somebody approves. @throws NotFound, NothingToApprove, and as `cancel` */
  async requestCancellation(caller: Caller, orderId: OrderId, wanted: Cancellation): Promise<ApprovalEntity> {
    const [found] = await this.orders.findAll([orderId]);
    if (!found) throw new NotFound('order', encodeId('ord', orderId));
    const order = await this.orders.withLines(found);
    const amount = returnedByCancelling(order, piecesToCancel(order, wanted.lines, true));
    if (amount === 0) throw new NothingToApprove();
    const { lines = null, reason = null } = wanted;
    const values = { id: newId<'apr'>(), orderId, lines, amount, reason, requestedBy: caller.userId };
    return this.insert(values, { orderId: encodeId('ord', orderId) });
  }

  /** Locks a request until the running transaction ends. @throws NotFound, AlreadyDecided */
  async lockPending(id: ApprovalId): Promise<void> {
    const { status } = present(await this.repository.lock(id));
    if (status !== 'pending') throw new AlreadyDecided(status);
  }

  /** Records the decision on a locked request, in the running transaction. */
  async decide(id: ApprovalId, decision: Decision): Promise<void> {
    await this.repository.decide(id, decision);
    const { status, refundId } = decision;
    // The note stays out: it may name the customer, and the log is never changed.
    const after = { status, refundId: refundId && encodeId('rfd', refundId) };
    this.audit.record({ action: `approval.${status}`, target: targetOf(id), before: { status: 'pending' }, after });
  }

  /** @throws NotFound */
  async read(id: ApprovalId): Promise<ApprovalEntity> {
    return present(await this.repository.find(id));
  }

  private insert(values: NewApproval, about: object): Promise<ApprovalEntity> {
    return this.tx.run(async () => {
      const approval = await this.repository.insert(values);
      const after = { ...about, amount: approval.amount, currency: approval.currency };
      this.audit.record({ action: 'approval.requested', target: targetOf(approval.id), after });
      return approval;
    });
  }

  /** Newest first. */
  async list(limit: number, cursor?: string, status?: ApprovalStatus): Promise<Page<ApprovalEntity>> {
    const before = readCursor(cursor, ['id'])?.[0] as ApprovalId | undefined;
    return pageOf(await this.repository.list(limit + 1, before, status), limit, ({ id }) => [id]);
  }
}

function present(approval: ApprovalEntity | null): ApprovalEntity {
  if (!approval) throw new NotFound('approval');
  return approval;
}

const targetOf = (id: ApprovalId) => ({ type: 'approval', id: encodeId('apr', id) });
