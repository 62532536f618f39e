import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Logger } from '../../platform/logging/index.js';
import { EventRecorder } from '../attempts/event-recorder.js';
import { OutOfBandOperations } from '../attempts/out-of-band-operations.js';
import type { LockedRows } from '../attempts/payment-locks.js';
import { warnOfReturn, warnOfSurplus } from '../attempts/returned-refund.js';
import { decide, setAside } from '../domain/notification-decision.js';
import type { Attempt } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { OperationNotification } from '../providers/provider.js';
import { applied, waitingFor, type WebhookResult } from './webhook-result.js';

/** The locked rows, and whether the notification is about their attempt or only about their payment. */
type NotifiedRows = LockedRows & { readonly own: boolean };

/** Applies notifications about operations, by the same rules as a provider's response to a call. */
@Injectable()
export class OperationHandler {
  constructor(
    private readonly events: EventRecorder,
    private readonly outOfBand: OutOfBandOperations,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Opens the ledger accounts. Call it before the transaction of `apply`. */
  openAccounts(currency: string, provider: string): Promise<void> {
    return this.events.openAccounts(currency, provider);
  }

  /** Order, payment and attempt are locked. Returns the result, with the reason if it was not applied. */
  async apply({ own, ...locked }: NotifiedRows, reported: OperationNotification): Promise<WebhookResult> {
    const { payment, attempt } = locked;
    const notification = { ...reported, type: typeFor(attempt, reported) };
    const decision = decide(payment, attempt, own, notification);
    const now = this.clock.now();
    const rows = { ...locked, payment: { ...payment, reference: payment.reference ?? notification.reference } };
    switch (decision.do) {
      case 'apply': {
        const ready = decision.again ? { ...rows, ...setAside(rows, attempt) } : rows;
        const { attempt: after } = this.events.record(ready, eventOf(notification, attempt, notification.amount), now);
        if (attempt.state === 'succeeded' && after.state === 'failed') warnOfReturn(this.logger, after);
        warnOfSurplus(this.logger, attempt, after);
        return applied;
      }
      case 'begin': {
        const made = (begun: Attempt) => eventOf(notification, begun, begun.amount);
        await this.outOfBand.record(rows, decision.operation, made, now);
        return applied;
      }
      case 'wait':
        return waitingFor(payment, decision.why);
      case 'quarantine':
        return { state: 'quarantined', reason: decision.why };
      case 'ignore':
        return { state: 'ignored', reason: decision.why };
    }
  }
}

/** A webhook that says that a refund failed comes after those that said that it succeeded: its money came back. A response may be older. */
function typeFor({ kind, state }: Attempt, { type }: OperationNotification): OperationNotification['type'] {
  return type === 'refund_failed' && kind === 'refund' && state === 'succeeded' ? 'refund_reversed' : type;
}

function eventOf(notification: OperationNotification, { id }: Attempt, amount: number): ProviderEvent {
  const { providerEventId, type, currency, occurredAt, decline } = notification;
  return { providerEventId, attemptId: id, type, amount, currency, occurredAt, ...(decline && { decline }) };
}
