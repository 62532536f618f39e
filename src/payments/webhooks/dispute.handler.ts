import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import type { LockedRows } from '../attempts/payment-locks.js';
import { DisputeRecorder } from '../disputes/dispute-recorder.js';
import { DisputesRepository } from '../disputes/disputes.repository.js';
import { decideDispute } from '../domain/dispute-decision.js';
import type { DisputeNotification } from '../providers/provider.js';
import { applied, waitingFor, type WebhookResult } from './webhook-result.js';

/** Applies notifications about disputes. */
@Injectable()
export class DisputeHandler {
  constructor(
    private readonly disputes: DisputesRepository,
    private readonly recorder: DisputeRecorder,
    private readonly clock: Clock,
  ) {}

  /** Opens the ledger accounts. Call it before the transaction of `apply`. */
  openAccounts(currency: string, provider: string): Promise<void> {
    return this.recorder.openAccounts(currency, provider);
  }

  /** Order and payment are locked. Returns the result, with the reason if it was not applied. */
  async apply({ order, payment }: LockedRows, notification: DisputeNotification): Promise<WebhookResult> {
    const dispute = await this.disputes.findByReference(payment.provider, notification.dispute ?? '');
    const lost = await this.disputes.lostOf(payment.id);
    const decision = decideDispute(payment, lost, dispute ?? undefined, notification);
    switch (decision.do) {
      case 'open':
        await this.recorder.open({ order, payment }, notification, decision.coveredAmount, this.clock.now());
        return applied;
      case 'close':
        await this.recorder.close({ order, payment }, dispute!, decision.status, notification, this.clock.now());
        return applied;
      case 'lose_again': {
        const loss = { notification, coveredAmount: decision.coveredAmount };
        await this.recorder.loseAgain({ order, payment }, dispute!, loss, this.clock.now());
        return applied;
      }
      case 'confirm':
        await this.disputes.confirm(dispute!, notification.occurredAt);
        return { state: 'ignored', reason: decision.why };
      case 'wait':
        return waitingFor(payment, decision.why);
      case 'quarantine':
        return { state: 'quarantined', reason: decision.why };
      case 'ignore':
        return { state: 'ignored', reason: decision.why };
    }
  }
}
