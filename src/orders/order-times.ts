import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Config } from '../platform/config/index.js';

/** The time, and how long a reservation holds. */
@Injectable()
export class OrderTimes {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  ofReservation(): { now: Date; reservedUntil: Date } {
    const now = this.clock.now();
    return { now, reservedUntil: new Date(now.getTime() + this.config.orders.reservationSeconds * 1000) };
  }
}
