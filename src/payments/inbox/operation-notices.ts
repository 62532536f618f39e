import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Books } from '../books.js';
import { judge, setAside } from '../domain/notice.js';
import type { Attempt } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { OperationNotice } from '../providers/provider.js';
import type { Locked } from '../payment-locks.js';
import { ForeignOperations } from './foreign-operations.js';
import { applied, NoticeDesk } from './notice-desk.js';
import { type Verdict, waitingFor } from './verdict.js';

/** What providers tell of operations, applied through the same books as their answers. */
@Injectable()
export class OperationNotices {
  constructor(
    private readonly desk: NoticeDesk,
    private readonly books: Books,
    private readonly foreign: ForeignOperations,
    private readonly clock: Clock,
  ) {}

  /** Applies a notice, or says why that can't be done now, or at all. Safe to repeat. */
  apply(provider: string, notice: OperationNotice): Promise<Verdict> {
    const prepare = (currency: string) => this.books.open(currency, provider);
    return this.desk.handle(provider, notice, prepare, (locked) => this.applyNews(locked, notice));
  }

  private applyNews({ order, payment, attempt }: Locked, notice: OperationNotice): Verdict {
    const judgement = judge(payment, attempt, notice.attemptId !== null, notice);
    const now = this.clock.now();
    payment.reference ??= notice.reference;
    switch (judgement.do) {
      case 'apply':
        if (judgement.again) setAside(order, payment, attempt);
        this.books.apply(order, payment, attempt, eventOf(notice, attempt, notice.amount), now);
        return applied;
      case 'begin': {
        const operation = this.foreign.begin(order, payment, judgement.operation);
        this.books.apply(order, payment, operation, eventOf(notice, operation, operation.amount), now);
        return applied;
      }
      case 'wait':
        return waitingFor(payment, judgement.why);
      case 'quarantine':
        return { state: 'quarantined', reason: judgement.why };
      case 'ignore':
        return { state: 'ignored', reason: judgement.why };
    }
  }
}

function eventOf(notice: OperationNotice, { id }: Attempt, amount: number): ProviderEvent {
  const { providerEventId, type, currency, occurredAt, decline } = notice;
  return { providerEventId, attemptId: id, type, amount, currency, occurredAt, ...(decline && { decline }) };
}
