import { Injectable } from '@nestjs/common';
import { newId, type ObligationId, type PaymentId, type RefundId } from '../../shared/ids.js';
import type { Obligation, OrderHeader } from '../../orders/index.js';
import { planVoid } from '../captures/captures.service.js';
import type { AttemptRequest } from '../attempts/new-attempt.js';
import type { Payment } from '../domain/payment.js';
import type { ReturnPlan, ReturnStep } from '../domain/return-plan.js';
import { PaymentModifications } from '../attempts/modifications.js';
import { type NewRefund, RefundsRepository } from '../attempts/refunds.repository.js';
import type { StartedAttempt } from '../attempts/payment-locks.js';
import type { LockedReturnable } from './returnables.js';

/** A step, and the refund that it executes, if it is one. */
interface WrittenStep {
  readonly step: ReturnStep;
  readonly refundId: RefundId | null;
}

/** An order after the steps of a return, and the attempts to send. */
interface BegunSteps {
  readonly order: OrderHeader;
  readonly started: readonly StartedAttempt[];
}

/** Starts the planned voids and refunds in the running transaction. */
@Injectable()
export class ReturnSteps {
  constructor(
    private readonly operations: PaymentModifications,
    private readonly refunds: RefundsRepository,
  ) {}

  /** Returns the order after the steps, and the started attempts. */
  async begin(given: LockedReturnable, { steps, cancelled }: ReturnPlan): Promise<BegunSteps> {
    await this.refunds.cancel(cancelled);
    const written = steps.map((step): WrittenStep => ({ step, refundId: refundOf(step) }));
    // Write all refunds before the first attempt: attempts are sent as one batch and refer to refunds.
    await this.writeRefunds(given.obligations, written);
    const payments = new Map(given.payments.map((payment) => [payment.id, payment]));
    const started: StartedAttempt[] = [];
    let { order } = given;
    for (const { step, refundId } of written) {
      // A payment may have several steps; each starts with the payment after the step before.
      const payment = payments.get(step.payment.id)!;
      const begun = this.operations.begin(order, payment, planOf(payment, { step, refundId }));
      order = begun.order;
      payments.set(payment.id, begun.started.payment);
      started.push(begun.started);
    }
    return { order, started };
  }

  private async writeRefunds(obligations: readonly Obligation[], written: readonly WrittenStep[]): Promise<void> {
    const added: NewRefund[] = [];
    for (const { step, refundId } of written) {
      if (step.do === 'void') continue;
      const { id: obligationId, reason } = obligationOf(obligations, step.payment.id);
      if (step.refundId) await this.refunds.tryAgain(step.refundId, obligationId);
      else added.push({ id: refundId!, paymentId: step.payment.id, amount: step.amount, reason, obligationId });
    }
    await this.refunds.insert(...added);
  }
}

/** Returns the refund to try again, or a new one. */
function refundOf(step: ReturnStep): RefundId | null {
  return step.do === 'void' ? null : (step.refundId ?? newId<'rfd'>());
}

function planOf(payment: Payment, { step: { do: kind, amount }, refundId }: WrittenStep): AttemptRequest {
  return kind === 'void' ? planVoid(payment, amount) : { kind, amount, refundId };
}

/** Returns the obligation of the payment, or else one of its order. */
function obligationOf(
  obligations: readonly Obligation[],
  payment: PaymentId,
): { readonly id: ObligationId; readonly reason: string } {
  const found = obligations.find(({ paymentId }) => paymentId === payment) ?? obligations[0];
  if (!found) throw new Error(`Payment ${payment} should return money, but there is no obligation.`);
  return found;
}
