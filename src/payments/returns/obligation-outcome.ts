import { Injectable } from '@nestjs/common';
import { encodeId } from '../../shared/ids.js';
import { type DomainEvent, Outbox } from '../../platform/outbox/index.js';
import { type NextLook, type Obligation, Obligations, owed } from '../../orders/index.js';
import type { ReturnPlan } from '../domain/return-plan.js';
import type { LockedReturnable } from './returnables.js';
import type { ObligationEventData } from '../attempts/payment-event.view.js';

/** The next check if another change has to happen first. That change wakes the obligation; this covers a change that never comes. */
const ANYWAY_MS = 10 * 60_000;

/** Writes the next state of an order's obligations after a worker has checked them. */
@Injectable()
export class ObligationOutcome {
  constructor(
    private readonly obligations: Obligations,
    private readonly outbox: Outbox,
  ) {}

  /** `order` is the order after the steps of the plan have started. */
  conclude({ order, obligations }: LockedReturnable, plan: ReturnPlan): void {
    const next = nextLook(order, plan);
    this.obligations.looked(order.id, next);
    if (next.state !== 'handed_over') return;
    const news = obligations.filter(({ state }) => state === 'open');
    this.outbox.record(...news.map((obligation) => handedOver(obligation, order.currency, plan.listed)));
  }
}

function nextLook(order: LockedReturnable['order'], { steps, waitMs, listed }: ReturnPlan): NextLook {
  const left = owed(order);
  const isUnderWay = order.refundPending > 0 || order.voidPending > 0;
  if (left === 0 && !isUnderWay) return { state: 'settled' };
  if (left > 0 && listed >= left && !isUnderWay && steps.length === 0) return { state: 'handed_over' };
  return { state: 'open', inMs: waitMs ?? ANYWAY_MS };
}

/** Till could not return the money, so a person has to (`GET /v1/refunds?status=failed`). */
function handedOver({ id, orderId, paymentId, reason }: Obligation, currency: string, amount: number): DomainEvent {
  const order = encodeId('ord', orderId);
  return {
    type: 'obligation.handed_over',
    aggregate: { type: 'obligation', id: encodeId('obl', id), version: 1 },
    orderId: order,
    data: {
      obligationId: encodeId('obl', id),
      orderId: order,
      paymentId: paymentId && encodeId('pay', paymentId),
      reason,
      amount,
      currency,
    } satisfies ObligationEventData,
  };
}
