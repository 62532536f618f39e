import { Injectable } from '@nestjs/common';
import { DomainError } from '../shared/errors.js';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import type { TaxBasket } from './domain/tax-basket.js';
import {
  bindEstimate,
  type BoundEstimate,
  type EstimatedTaxes,
  TaxesNotEstimated,
  TaxProviderUnavailable,
  TaxUndetermined,
} from './domain/tax-estimate.js';
import { TaxCallRefused, type TaxProvider } from './providers/tax-provider.js';
import { TaxProviderHealth } from './providers/tax-provider-health.js';
import { TaxProviders } from './providers/tax-providers.js';
import { taxSettings } from './tax.settings.js';

/** How often prices and discounts may change between an estimate and the order that it is for. */
const TRIES = 3;

/** Work that needs the taxes of an order. It asks for them by `TaxesNotEstimated`, and begins again with them. */
type Work<T> = (taxes: EstimatedTaxes | undefined) => Promise<T>;

/** Gets the taxes of orders from a tax provider, outside of transactions. Without one it asks nobody. */
@Injectable()
export class TaxEstimates {
  /** What work begins with: no estimate yet. Undefined without a tax provider. */
  private readonly unestimated: EstimatedTaxes | undefined;

  constructor(
    private readonly tx: Transaction,
    private readonly providers: TaxProviders,
    private readonly health: TaxProviderHealth,
    config: Config,
  ) {
    const { external } = providers;
    this.unestimated = external && { provider: external.name, home: config.of(taxSettings).homeCountry };
  }

  /** Whether a tax provider is asked for the taxes of orders. */
  get areExternal(): boolean {
    return this.unestimated !== undefined;
  }

  /**
   * Runs work with the taxes that it asks for, again while what is ordered changes meanwhile. The first run gets `first`.
   * @throws TaxProviderUnavailable, TaxUndetermined, and what the work throws
   */
  async run<T>(work: Work<T>, first = this.unestimated): Promise<T> {
    let taxes = first;
    for (let left = TRIES; ; left -= 1) {
      try {
        return await work(taxes);
      } catch (error) {
        if (!(error instanceof TaxesNotEstimated) || left === 0) throw error;
        taxes = { ...this.unestimated!, estimate: await this.estimate(error.basket) };
      }
    }
  }

  /**
   * Returns the taxes that work asks for, before anything is locked for it. Another refusal is left to the work that counts.
   * @throws TaxProviderUnavailable, TaxUndetermined
   */
  async ahead(work: Work<unknown>): Promise<EstimatedTaxes | undefined> {
    if (!this.unestimated) return undefined;
    try {
      await work(this.unestimated);
    } catch (error) {
      if (error instanceof TaxesNotEstimated)
        return { ...this.unestimated, estimate: await this.estimate(error.basket) };
      if (!(error instanceof DomainError)) throw error;
    }
    return this.unestimated;
  }

  private async estimate(basket: TaxBasket): Promise<BoundEstimate> {
    if (this.tx.isRunning) throw new Error('A tax provider must not be called inside a transaction.');
    const { external, instead } = this.providers;
    const found = await this.health.watched(() => requestEstimate(external!, basket));
    if (found) return found;
    if (!instead) throw new TaxProviderUnavailable();
    const { lines, mode } = await requestEstimate(instead, basket);
    return bindEstimate(basket, { lines, mode, reference: null });
  }
}

/** Returns a provider's estimate of a basket. @throws TaxUndetermined, and other errors if its answer is not sound */
async function requestEstimate(provider: TaxProvider, basket: TaxBasket): Promise<BoundEstimate> {
  try {
    return bindEstimate(basket, await provider.estimate(basket, AbortSignal.timeout(provider.timeoutMs)));
  } catch (error) {
    throw error instanceof TaxCallRefused ? new TaxUndetermined(error.message) : error;
  }
}
