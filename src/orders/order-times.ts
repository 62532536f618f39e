import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Config } from '../platform/config/index.js';
import { orderSettings } from './orders.settings.js';
import type { UnpaidQuota } from './domain/unpaid-quota.js';

/** The clock and the settings of orders: length of reservations, quotas of customers. */
@Injectable()
export class OrderTimes {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  get unpaidQuota(): UnpaidQuota {
    return this.config.of(orderSettings).unpaidQuota;
  }

  now(): Date {
    return this.clock.now();
  }

  ofReservation(): { now: Date; reservedUntil: Date } {
    const now = this.clock.now();
    return { now, reservedUntil: new Date(now.getTime() + this.config.of(orderSettings).reservationSeconds * 1000) };
  }
}
