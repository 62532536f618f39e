import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { judgeDispute } from '../domain/dispute.js';
import { applied, NoticeDesk } from '../inbox/notice-desk.js';
import { type Verdict, waitingFor } from '../inbox/verdict.js';
import type { DisputeNotice } from '../providers/provider.js';
import type { Locked } from '../payment-locks.js';
import { DisputeBooks } from './dispute-books.js';
import { DisputesRepository } from './disputes.repository.js';

/** What providers tell of disputes. */
@Injectable()
export class DisputeNotices {
  constructor(
    private readonly desk: NoticeDesk,
    private readonly disputes: DisputesRepository,
    private readonly books: DisputeBooks,
    private readonly clock: Clock,
  ) {}

  /** Applies a notice, or says why that can't be done now, or at all. Safe to repeat. */
  apply(provider: string, notice: DisputeNotice): Promise<Verdict> {
    const prepare = (currency: string) => this.books.openAccounts(currency, provider);
    return this.desk.handle(provider, notice, prepare, (locked) => this.applyNews(locked, notice));
  }

  private async applyNews({ order, payment }: Locked, notice: DisputeNotice): Promise<Verdict> {
    const dispute = await this.disputes.findByReference(payment.provider, notice.dispute ?? '');
    const lost = await this.disputes.lostOf(payment.id);
    const judgement = judgeDispute(payment, lost, dispute, notice);
    switch (judgement.do) {
      case 'open':
        this.books.open(order, payment, notice, this.clock.now());
        return applied;
      case 'close':
        this.books.close(order, payment, { ...dispute!, status: judgement.status }, notice, this.clock.now());
        return applied;
      case 'wait':
        return waitingFor(payment, judgement.why);
      case 'quarantine':
        return { state: 'quarantined', reason: judgement.why };
      case 'ignore':
        return { state: 'ignored', reason: judgement.why };
    }
  }
}
