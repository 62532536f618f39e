import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../shared/clock.js';
import { encodeId, type OrderId } from '../shared/ids.js';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { counter } from '../platform/metrics/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { RetriesLater } from './domain/retries-later.js';
import { OrderMetrics } from './order-metrics.js';
import { OrdersModule } from './orders.module.js';
import { OrdersService } from './orders.service.js';

const EVERY_MS = 5000;
const BATCH = 100;

const failures = counter(
  'till_order_expiry_failures_total',
  'Orders that could not be ended; each is tried again.',
  {},
);

/** Ends orders whose reservation ran out. */
@Injectable()
export class OrderExpiry {
  private readonly job: PeriodicJob;
  private readonly later = new RetriesLater<OrderId>();

  constructor(
    private readonly orders: OrdersService,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {
    this.job = new PeriodicJob('expire orders', logger, () => this.expireOverdue());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  /** An error for one order does not stop the others: it is left alone for a while, however many there are of its kind. */
  private async expireOverdue(): Promise<void> {
    for (let found = BATCH; found === BATCH;) {
      const overdue = await this.orders.overdue(BATCH, this.later.waiting(this.now()));
      for (const id of overdue) await this.orders.expire(id).catch((error: unknown) => this.failed(id, error));
      found = overdue.length;
    }
  }

  private failed(id: OrderId, error: unknown): void {
    failures.inc();
    this.later.failed(id, this.now());
    const about = { orderId: encodeId('ord', id) };
    logFailure(this.logger, 'an order could not be expired; it is tried again later', error, about);
  }

  private readonly now = () => this.clock.now().getTime();
}

@Module({ imports: [OrdersModule], providers: [OrderExpiry, OrderMetrics] })
export class OrdersWorkerModule {}
