import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { OrderMetrics } from './order-metrics.js';
import { OrdersModule } from './orders.module.js';
import { OrdersService } from './orders.service.js';

const EVERY_MS = 5000;
const BATCH = 100;

/** Ends orders whose reservation ran out. */
@Injectable()
export class OrderExpiry {
  private readonly job: PeriodicJob;

  constructor(
    private readonly orders: OrdersService,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('expire orders', logger, () => this.expireOverdue());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  /** An error for one order does not stop the others; the next tick tries again. */
  private async expireOverdue(): Promise<void> {
    for (let ended = BATCH; ended === BATCH;) {
      ended = 0;
      for (const id of await this.orders.overdue(BATCH)) {
        await this.orders.expire(id).then(
          () => (ended += 1),
          (error: unknown) => logFailure(this.logger, 'an order could not be expired', error, { orderId: id }),
        );
      }
    }
  }
}

@Module({ imports: [OrdersModule], providers: [OrderExpiry, OrderMetrics] })
export class OrdersWorkerModule {}
