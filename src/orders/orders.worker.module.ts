import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../platform/logging/index.js';
import { Routine } from '../platform/schedule/index.js';
import { OrdersModule } from './orders.module.js';
import { OrdersService } from './orders.service.js';

const EVERY_MS = 5000;
const BATCH = 100;

/** Ends orders whose reservation has run out. */
@Injectable()
export class OrderExpiry {
  private readonly routine: Routine;

  constructor(
    private readonly orders: OrdersService,
    logger: Logger,
  ) {
    this.routine = new Routine('expire orders', logger, () => this.expireOverdue());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.routine.tick();
  }

  private async expireOverdue(): Promise<void> {
    for (let ids = await this.orders.overdue(BATCH); ids.length > 0; ids = await this.orders.overdue(BATCH)) {
      for (const id of ids) await this.orders.expire(id);
    }
  }
}

@Module({ imports: [OrdersModule], providers: [OrderExpiry] })
export class OrdersWorkerModule {}
