import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import { Quotes, type WantedOrder } from '../orders/index.js';
import { type EstimatedTaxes, TaxEstimates } from '../tax/index.js';

/** The transaction that places an order, with its taxes where a provider estimates them before it. */
@Injectable()
export class Placing {
  constructor(
    private readonly tx: Transaction,
    private readonly quotes: Quotes,
    private readonly estimates: TaxEstimates,
  ) {}

  /**
   * Runs `work` in one transaction, grouped with that of other orders. If its basket is not the one whose taxes were estimated, because prices
   * or discounts changed since, the transaction is rolled back, the taxes are estimated anew, and the work runs again.
   * @throws TaxProviderUnavailable, TaxUndetermined, and what the work throws
   */
  async run<T>(
    caller: Caller,
    wanted: WantedOrder,
    work: (taxes: EstimatedTaxes | undefined) => Promise<T>,
  ): Promise<T> {
    const known = await this.quotes.taxesAhead(caller, wanted);
    const inTransaction = (taxes: EstimatedTaxes | undefined) =>
      this.tx.run(() => work(taxes), { group: 'orders.place' });
    return this.estimates.run(inTransaction, known);
  }
}
