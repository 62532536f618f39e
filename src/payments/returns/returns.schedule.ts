import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { encodeId, type OrderId } from '../../shared/ids.js';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { SharedGauges } from '../../platform/shared-gauges/index.js';
import { Obligations } from '../../orders/index.js';
import { RefundsRepository } from '../attempts/refunds.repository.js';
import { DueReturns } from './funds-return.service.js';
import { SendQueues } from './send-queues.js';

const EVERY_MS = 500;

/** Returns the money that orders owe, and measures what is left to people. */
@Injectable()
export class ReturnsSchedule {
  private readonly job: PeriodicJob;

  constructor(
    due: DueReturns,
    obligations: Obligations,
    refunds: RefundsRepository,
    gauges: SharedGauges,
    logger: Logger,
  ) {
    const queues = new SendQueues();
    const failed = (id: OrderId, error: unknown) =>
      logFailure(logger, 'what an order owes could not be given back; it is tried again', error, {
        orderId: encodeId('ord', id),
      });
    // The next run does not wait for what this one sends.
    this.job = new PeriodicJob(
      'give back what orders owe',
      logger,
      async () => void (await due.startDue(failed, queues)),
    );
    gauges.add(
      'till_obligations',
      'Orders that owe money, by state; handed_over: left to people.',
      ['state'],
      async (set) => {
        for (const state of ['open', 'handed_over']) set({ state }, 0);
        for (const { state, obligations: count } of await obligations.count()) set({ state }, count);
      },
    );
    gauges.add(
      'till_refunds_failed',
      'Refunds that providers refused and that are left to people.',
      [],
      async (set) => {
        set({}, await refunds.countFailed());
      },
    );
    gauges.add(
      'till_refunds_surplus',
      'Refunds of the last seven days that their provider made after their pieces had been refunded anew.',
      [],
      async (set) => {
        set({}, await refunds.countSurplus());
      },
    );
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }
}
