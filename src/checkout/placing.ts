import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import { assertMayOrder, Quotes, type WantedOrder } from '../orders/index.js';
import { AttemptStarter, type StartedAttempt } from '../payments/index.js';
import { type EstimatedTaxes, TaxEstimates } from '../tax/index.js';

/** The transaction that places an order, with its taxes where a provider estimates them before it. */
@Injectable()
export class Placing {
  constructor(
    private readonly tx: Transaction,
    private readonly quotes: Quotes,
    private readonly estimates: TaxEstimates,
    private readonly attempts: AttemptStarter,
  ) {}

  /**
   * Returns the attempt of an earlier run of the request, before a provider is asked for taxes: a repeat gets its answer while the provider is
   * away. Where none is asked, nothing is read: the transaction looks for the run itself.
   * @throws Forbidden, AnsweredBefore, IdempotencyKeyInUse, IdempotencyKeyReused
   */
  async earlierRun(caller: Caller, wanted: WantedOrder): Promise<StartedAttempt | undefined> {
    if (!this.estimates.areExternal) return undefined;
    assertMayOrder(caller, wanted);
    return this.attempts.findPreviousRun();
  }

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
