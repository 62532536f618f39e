import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { ProviderNotice } from '../providers/provider.js';
import { type Locked, PaymentLocks } from '../payment-locks.js';
import { NoticesRepository } from './notices.repository.js';
import { unknownTo, type Verdict } from './verdict.js';

export const applied: Verdict = { state: 'applied' };

/** Finds what a notice is about, locks it, and sees to it that nothing is applied twice. */
@Injectable()
export class NoticeDesk {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: NoticesRepository,
    private readonly locks: PaymentLocks,
  ) {}

  /**
   * Calls `apply` with the order, the payment and the operation (that which the notice names, or that which opened the
   * payment) locked, in one transaction, unless the notice was applied before; `prepare` comes before that transaction.
   */
  async handle(
    provider: string,
    notice: ProviderNotice,
    prepare: (currency: string) => Promise<void>,
    apply: (locked: Locked) => Verdict | Promise<Verdict>,
  ): Promise<Verdict> {
    const located = await this.repository.locate(provider, notice);
    if (!located) return unknownTo(notice);
    await prepare(located.currency);
    const verdict = await this.tx.run(async () => {
      const [locked, seen] = await Promise.all([
        this.locks.lock(located),
        this.repository.isSeen(provider, notice.providerEventId),
      ]);
      return seen ? applied : apply(locked);
    });
    return { ...verdict, paymentId: located.paymentId };
  }
}
