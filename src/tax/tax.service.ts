import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import type { UserId } from '../shared/ids.js';
import { Config } from '../platform/config/index.js';
import { type Page, pageOf } from '../platform/http/index.js';
import { destinationOf } from './domain/destination.js';
import { buyerOf } from './domain/known-buyer.js';
import { classesWithoutRate, type TaxTerms, termsOf } from './domain/tax-terms.js';
import { type TaxRate, TaxRatesRepository } from './tax-rates.repository.js';
import { taxRuleSettings } from './tax-rules.settings.js';
import { taxSettings } from './tax.settings.js';

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface TaxRateFilter {
  readonly country?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Finds the tax rates for an order. */
@Injectable()
export class TaxService {
  constructor(
    private readonly repository: TaxRatesRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Returns what applies to these classes of products now, sent to this address for this customer; null is a consumer. It has one round trip, which orders placed at once share; a
   * second one only for a class without a rate there that is sold from home to a business or as an export.
   * @throws ValidationFailed, TaxRateMissing
   */
  async terms(
    classes: readonly string[],
    address: Readonly<Record<string, unknown>> | undefined,
    customerId: UserId | null,
  ): Promise<TaxTerms> {
    const { homeCountry: home } = this.config.of(taxSettings);
    const { services, exports, trust, rounding } = this.config.of(taxRuleSettings);
    const wanted = [...new Set(classes)];
    const place = destinationOf(address, home);
    const now = this.clock.now();
    const [rates, status] = await Promise.all([
      this.repository.applicable(place, wanted, now),
      customerId === null ? undefined : this.repository.statusOf(customerId),
    ]);
    const buyer = buyerOf(status, place, now, trust);
    const sale = { home, destination: place.country, classes: wanted, services, exports, rates, buyer };
    const missing = classesWithoutRate(sale);
    const isSoldFromHome = missing.length > 0 && (buyer.vatId !== null || exports);
    const homeRates = isSoldFromHome && home ? await this.repository.applicable(atHome(home), missing, now) : [];
    return { ...termsOf({ ...sale, homeRates }), rounding };
  }

  /** Newest first. */
  async list({ country, before = LAST_ID, limit }: TaxRateFilter): Promise<Page<TaxRate>> {
    const rates = await this.repository.list(country, before, limit + 1);
    return pageOf(rates, limit, ({ id }) => [id]);
  }
}

const atHome = (country: string) => ({ country, region: null, postalCode: null });
