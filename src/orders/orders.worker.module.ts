import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Logger } from '../platform/logging/index.js';
import { OrdersModule } from './orders.module.js';
import { OrdersService } from './orders.service.js';

const EVERY_MS = 5000;
const BATCH = 100;

/** Ends orders whose reservation has run out. */
@Injectable()
export class OrderExpiry {
  private running = false;

  constructor(
    private readonly orders: OrdersService,
    private readonly logger: Logger,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.expireOverdue();
    } catch (error) {
      this.logger.error('orders could not be expired; the next tick tries again', { err: error });
    } finally {
      this.running = false;
    }
  }

  private async expireOverdue(): Promise<void> {
    for (let ids = await this.orders.overdue(BATCH); ids.length > 0; ids = await this.orders.overdue(BATCH)) {
      for (const id of ids) await this.orders.expire(id);
    }
  }
}

@Module({ imports: [OrdersModule], providers: [OrderExpiry] })
export class OrdersWorkerModule {}
