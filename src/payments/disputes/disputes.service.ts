import { Injectable } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { type DisputeId, encodeId } from '../../shared/ids.js';
import type { Caller } from '../../platform/access/index.js';
import { type Page, pageOf } from '../../platform/http/index.js';
import type { Dispute } from '../domain/dispute-decision.js';
import { PaymentsService } from '../intents/payments.service.js';
import { type DisputeFilter, DisputesRepository } from './disputes.repository.js';

/** Reads disputes. Only notifications of providers change them. */
@Injectable()
export class DisputesService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly repository: DisputesRepository,
  ) {}

  /** @throws NotFound also for another customer's dispute */
  async read(caller: Caller, id: DisputeId): Promise<Dispute> {
    const dispute = await this.repository.find(id);
    if (!dispute) throw new NotFound('dispute', encodeId('dsp', id));
    await this.payments.read(caller, dispute.paymentId, 'dispute');
    return dispute;
  }

  /** Returns the disputes of one payment or of all, newest first. @throws NotFound */
  async list(caller: Caller, filter: DisputeFilter): Promise<Page<Dispute>> {
    if (filter.paymentId) await this.payments.read(caller, filter.paymentId);
    const disputes = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(disputes, filter.limit, ({ id }) => [id]);
  }
}
