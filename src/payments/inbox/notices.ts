import { Injectable } from '@nestjs/common';
import { DisputeNotices } from '../disputes/dispute-notices.js';
import { isOfDispute, type ProviderNotice } from '../providers/provider.js';
import { OperationNotices } from './operation-notices.js';
import type { Verdict } from './verdict.js';

/** What providers tell of their own accord, each thing once. */
@Injectable()
export class Notices {
  constructor(
    private readonly operations: OperationNotices,
    private readonly disputes: DisputeNotices,
  ) {}

  /** Applies a notice, or says why that can't be done now, or at all. Safe to repeat. */
  apply(provider: string, notice: ProviderNotice): Promise<Verdict> {
    return isOfDispute(notice) ? this.disputes.apply(provider, notice) : this.operations.apply(provider, notice);
  }
}
