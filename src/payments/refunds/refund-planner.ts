import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/index.js';
import { Config } from '../../platform/config/index.js';
import { InvalidTransition, ValidationFailed } from '../../shared/errors.js';
import { type ChargeId, encodeId, newId, type RefundId, type UserId } from '../../shared/ids.js';
import {
  type ApprovalLimits,
  assertNeedsNoApproval,
  assertStillRefundable,
  type LineQuantity,
  NothingToRefund,
  type OrderHeader,
  orderSettings,
  owed,
  OrdersService,
  pricedPartsOf,
  refundedCharge,
  type RefundedLine,
  type RefundedPieces,
  refundOf,
} from '../../orders/index.js';
import { amountOf } from '../attempts/modifications.js';
import type { AttemptRequest } from '../attempts/new-attempt.js';
import { RefundLinesRepository } from '../attempts/refund-lines.repository.js';
import { RefundsRepository } from '../attempts/refunds.repository.js';
import { type Payment, refundable } from '../domain/payment.js';
import { assertAllows } from '../domain/payment-state.js';

export interface WantedRefund {
  /** Minor units; if absent, all that can still be refunded. */
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
  /** Pieces of lines to refund instead of an amount. */
  readonly lines?: readonly LineQuantity[] | undefined;
  /** Charges to refund, alone or with lines. */
  readonly charges?: readonly { readonly chargeId: ChargeId }[] | undefined;
}

/** A planned refund, whose row is written. */
export type PlannedRefund = AttemptRequest & { readonly refundId: RefundId };

interface Locked {
  readonly payment: Payment;
  readonly order: OrderHeader;
}

const ASK = 'POST /v1/approvals';

const COUNTS_NOT =
  'Since this refund was made, its pieces were refunded anew or the order had to be paid in full, so it counts for no pieces. Refund them anew.';

const OWED_NO_MORE =
  'Till made this refund because the order owed its money, which it does no more: it went back in another way, or is on its way. Refund an amount instead.';

const AMOUNT_OR_LINES = [
  { pointer: '/amount', code: 'not_supported', message: 'must be absent with lines or charges, which say what it is' },
];

/** Plans refunds of a locked payment, in the running transaction. */
@Injectable()
export class RefundPlanner {
  private readonly limits: ApprovalLimits;

  constructor(
    private readonly repository: RefundsRepository,
    private readonly lines: RefundLinesRepository,
    private readonly orders: OrdersService,
    private readonly audit: AuditLog,
    config: Config,
  ) {
    this.limits = config.of(orderSettings).approvalAbove;
  }

  /** @throws ValidationFailed, InvalidTransition, AmountTooLarge, NothingToRefund, ApprovalRequired */
  async plan({ payment, order }: Locked, wanted: WantedRefund, actorId: UserId): Promise<PlannedRefund> {
    const pieces = piecesOf(wanted);
    if (pieces && wanted.amount !== undefined) throw new ValidationFailed(AMOUNT_OR_LINES);
    const lines = pieces && (await this.linesOf(order, pieces));
    const amount = refundableAmount(payment, lines ? sumOf(lines) : wanted.amount);
    assertNeedsNoApproval(order, amount, this.limits, ASK);
    const planned = await this.write(payment, amount, wanted.reason, actorId);
    if (lines) await this.lines.insert(planned.refundId, lines);
    return planned;
  }

  private async linesOf(order: OrderHeader, wanted: readonly RefundedPieces[]): Promise<RefundedLine[]> {
    const before = await this.lines.counting(order.id);
    const { lines } = await this.orders.withLines(order);
    return refundOf(pricedPartsOf(lines, order), before, wanted);
  }

  /** Plans a refund that a second person approves. @throws InvalidTransition, AmountTooLarge */
  planApproved(payment: Payment, wanted: WantedRefund, actorId: UserId): Promise<PlannedRefund> {
    return this.write(payment, refundableAmount(payment, wanted.amount), wanted.reason, actorId);
  }

  /**
   * Plans another try of a refund that its provider refused. What has gone back meanwhile counts, unless a second person approved
   * the refund or Till made it by itself, for money that is still owed. A refund of pieces is for those that are still there and were not sold anew.
   * @throws InvalidTransition, AmountTooLarge, NothingToRefund, ApprovalRequired
   */
  async planRetry({ payment, order }: Locked, id: RefundId): Promise<PlannedRefund> {
    const { status, amount } = (await this.repository.find(id))!;
    if (status !== 'failed') throw new InvalidTransition('A refund', status, 'retry');
    // Releases before let a refund fail that one of its tries had made.
    if (await this.repository.wasMade({ id, paymentId: payment.id }))
      throw new InvalidTransition('A refund', 'succeeded', 'retry');
    amountOf('A refund', amount, refundable(payment), payment.refundPending);
    await this.assertStillRefundable(order, id);
    await this.assertStillOwed(order, id, amount);
    if (await this.repository.isOfOnePerson(id)) assertNeedsNoApproval(order, amount, this.limits, ASK);
    await this.repository.tryAgain(id);
    this.audit.record({ action: 'refund.retried', target: targetOf(id), after: { amount } });
    return { kind: 'refund', amount, refundId: id };
  }

  /** Nobody decided on a refund of Till but that its money was owed. */
  private async assertStillOwed(order: OrderHeader, id: RefundId, amount: number): Promise<void> {
    if (amount > owed(order) && (await this.lines.standing(id)).isOwed) throw new NothingToRefund(OWED_NO_MORE);
  }

  private async assertStillRefundable(order: OrderHeader, id: RefundId): Promise<void> {
    const made = await this.lines.of(id);
    if (made.length === 0) return;
    const before = await this.lines.counting(order.id);
    const { lines } = await this.orders.withLines(order);
    assertStillRefundable(pricedPartsOf(lines, order), before, made);
    const { isSuperseded, isSurplus } = await this.lines.standing(id);
    if (isSuperseded || isSurplus) throw new NothingToRefund(COUNTS_NOT);
  }

  private async write(payment: Payment, amount: number, reason: string | undefined, actorId: UserId) {
    const refundId = newId<'rfd'>();
    await this.repository.insert({ id: refundId, paymentId: payment.id, amount, reason: reason ?? null, actorId });
    const after = { paymentId: encodeId('pay', payment.id), amount, currency: payment.currency };
    this.audit.record({ action: 'refund.requested', target: targetOf(refundId), after });
    return { kind: 'refund', amount, refundId } as const;
  }
}

/** Returns the amount of a refund in minor units: the wanted one, or all that can be refunded. @throws InvalidTransition, AmountTooLarge */
export function refundableAmount(payment: Payment, wanted: number | undefined): number {
  assertAllows(payment.status, 'refund');
  const left = refundable(payment);
  if (left > 0) return amountOf('A refund', wanted, left, payment.refundPending);
  throw new InvalidTransition(
    'A payment',
    `${payment.status}, with all of it being refunded or in dispute,`,
    'refund',
    payment.refundPending > 0,
  );
}

/** Returns the lines and charges that a refund names; undefined if it names none. */
function piecesOf({ lines, charges }: WantedRefund): RefundedPieces[] | undefined {
  if (!lines && !charges) return undefined;
  return [...(lines ?? []), ...(charges ?? []).map(({ chargeId }) => refundedCharge(chargeId))];
}

const sumOf = (lines: readonly RefundedLine[]): number => lines.reduce((sum, { gross }) => sum + gross, 0);

const targetOf = (id: RefundId) => ({ type: 'refund', id: encodeId('rfd', id) });
