import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Config } from '../platform/config/index.js';
import { type TaxTerms, TaxService } from '../tax/index.js';
import { orderSettings } from './orders.settings.js';
import type { UnpaidQuota } from './domain/unpaid-quota.js';

/** The terms of orders: the time, the length of reservations, quotas of customers, and taxes. */
@Injectable()
export class OrderTerms {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly taxes: TaxService,
  ) {}

  get unpaidQuota(): UnpaidQuota {
    return this.config.of(orderSettings).unpaidQuota;
  }

  /**
   * Returns the taxes of an order for these products; undefined if none has a tax class.
   * @throws ValidationFailed, TaxRateMissing
   */
  async taxesOf(
    products: readonly { readonly taxClass: string | null }[],
    address: Readonly<Record<string, unknown>> | undefined,
  ): Promise<TaxTerms | undefined> {
    const classes = products.flatMap(({ taxClass }) => taxClass ?? []);
    return classes.length === 0 ? undefined : this.taxes.terms(classes, address);
  }

  now(): Date {
    return this.clock.now();
  }

  ofReservation(): { now: Date; reservedUntil: Date } {
    const now = this.clock.now();
    return { now, reservedUntil: new Date(now.getTime() + this.config.of(orderSettings).reservationSeconds * 1000) };
  }
}
