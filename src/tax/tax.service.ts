import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { Config } from '../platform/config/index.js';
import { type Page, pageOf } from '../platform/http/index.js';
import { destinationOf } from './domain/destination.js';
import { type TaxTerms, termsOf } from './domain/tax-terms.js';
import { type TaxRate, TaxRatesRepository } from './tax-rates.repository.js';
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
  private readonly home: string | undefined;

  constructor(
    private readonly repository: TaxRatesRepository,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.home = config.of(taxSettings).homeCountry;
  }

  /**
   * Returns what applies to these classes of products now, sent to this address.
   * @throws ValidationFailed, TaxRateMissing
   */
  async terms(classes: readonly string[], address: Readonly<Record<string, unknown>> | undefined): Promise<TaxTerms> {
    const wanted = [...new Set(classes)];
    const place = destinationOf(address, this.home);
    return termsOf(place.country, wanted, await this.repository.applicable(place, wanted, this.clock.now()));
  }

  /** Newest first. */
  async list({ country, before = LAST_ID, limit }: TaxRateFilter): Promise<Page<TaxRate>> {
    const rates = await this.repository.list(country, before, limit + 1);
    return pageOf(rates, limit, ({ id }) => [id]);
  }
}
