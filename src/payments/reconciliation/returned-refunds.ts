import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import type { AttemptId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { AttemptEntity } from '../attempts/attempt.entity.js';
import { EventRecorder } from '../attempts/event-recorder.js';
import { PaymentLocks } from '../attempts/payment-locks.js';
import { warnOfReturn } from '../attempts/returned-refund.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { EnrichedSettlementLine } from '../domain/settlement-comparison.js';

/** A line about the money of a refund that came back. */
type ReturnLine = EnrichedSettlementLine & { readonly attemptId: AttemptId };

/**
 * Records refunds whose money came back according to a statement. A provider without webhooks reports it nowhere else, and a webhook may be
 * lost.
 */
@Injectable()
export class ReturnedRefunds {
  constructor(
    private readonly tx: Transaction,
    private readonly locks: PaymentLocks,
    private readonly events: EventRecorder,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Records those that Till does not know of yet. Returns how many. Call it outside a transaction. Safe to repeat. */
  async record(provider: string, lines: readonly EnrichedSettlementLine[]): Promise<number> {
    let recorded = 0;
    for (const line of lines) if (isReturn(line) && (await this.recordOne(provider, line))) recorded++;
    return recorded;
  }

  /** A line with another amount or currency than its refund stays a difference. */
  private async recordOne(provider: string, line: ReturnLine): Promise<boolean> {
    const { attemptId: id, amount, currency } = line;
    const refund = { id, kind: 'refund', state: 'succeeded', amount } as const;
    const attempt = await this.tx.repository(AttemptEntity).findOneBy(refund);
    if (!attempt) return false;
    await this.events.openAccounts(currency, provider);
    const recorded = await this.tx.run(async () => {
      const rows = await this.locks.lock(attempt);
      const isKnown = rows.attempt.state !== 'succeeded';
      if (isKnown || rows.payment.provider !== provider || rows.payment.currency !== currency) return false;
      this.events.record(rows, eventOf(line), this.clock.now());
      return true;
    });
    if (recorded) warnOfReturn(this.logger, attempt);
    return recorded;
  }
}

function isReturn(line: EnrichedSettlementLine): line is ReturnLine {
  return line.kind === 'refund_reversal' && line.attemptId !== null;
}

function eventOf({ id, attemptId, amount, currency, settledAt }: ReturnLine): ProviderEvent {
  const about = { providerEventId: `statement:${id}`, attemptId, type: 'refund_reversed' } as const;
  return { ...about, amount, currency, occurredAt: settledAt };
}
