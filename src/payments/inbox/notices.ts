import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Transaction } from '../../platform/database/index.js';
import { Books } from '../books.js';
import type { DisputeNoticeType } from '../domain/dispute.js';
import { judge, setAside } from '../domain/notice.js';
import type { Attempt } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { ProviderNotice } from '../providers/provider.js';
import { type Locked, PaymentLocks } from '../settlement.js';
import { ForeignOperations } from './foreign-operations.js';
import { type Located, NoticesRepository } from './notices.repository.js';
import { unknownTo, type Verdict, waitingFor } from './verdict.js';

/** A notice about the operations of a payment, rather than a dispute. */
export type OperationNotice = ProviderNotice & { readonly type: Exclude<ProviderNotice['type'], DisputeNoticeType> };

export function isOfOperation(notice: ProviderNotice): notice is OperationNotice {
  return !notice.type.startsWith('dispute_');
}

const applied: Verdict = { state: 'applied' };

/** What providers tell of their own accord, applied through the same books as their answers, each once. */
@Injectable()
export class Notices {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: NoticesRepository,
    private readonly locks: PaymentLocks,
    private readonly books: Books,
    private readonly foreign: ForeignOperations,
    private readonly clock: Clock,
  ) {}

  /** Applies a notice, or says why that can't be done now, or at all. Safe to repeat. */
  async apply(provider: string, notice: OperationNotice): Promise<Verdict> {
    const located = await this.repository.locate(provider, notice);
    if (!located) return unknownTo(notice);
    await this.books.open(located.currency, provider);
    return this.tx.run(() => this.applyLocked(provider, located, notice));
  }

  private async applyLocked(provider: string, located: Located, notice: OperationNotice): Promise<Verdict> {
    const [locked, seen] = await Promise.all([
      this.locks.lock(located),
      this.repository.isSeen(provider, notice.providerEventId),
    ]);
    return seen ? applied : this.applyNews(locked, notice);
  }

  private applyNews({ order, payment, attempt }: Locked, notice: OperationNotice): Verdict {
    const judgement = judge(payment, attempt, notice.attemptId !== null, notice);
    const now = this.clock.now();
    payment.reference ??= notice.reference;
    switch (judgement.do) {
      case 'apply':
        if (judgement.again) setAside(payment, attempt);
        this.books.apply(order, payment, attempt, eventOf(notice, attempt, notice.amount), now);
        break;
      case 'begin': {
        const operation = this.foreign.begin(payment, judgement.operation, now);
        this.books.apply(order, payment, operation, eventOf(notice, operation, operation.amount), now);
        break;
      }
      case 'wait':
        return waitingFor(payment, judgement.why);
      case 'quarantine':
        return { state: 'quarantined', reason: judgement.why };
      case 'ignore':
        return { state: 'ignored', reason: judgement.why };
    }
    return applied;
  }
}

function eventOf(notice: OperationNotice, { id }: Attempt, amount: number): ProviderEvent {
  const { providerEventId, type, currency, occurredAt, decline } = notice;
  return { providerEventId, attemptId: id, type, amount, currency, occurredAt, ...(decline && { decline }) };
}
