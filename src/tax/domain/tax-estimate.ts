import { DomainError } from '../../shared/errors.js';
import { basketHash, type TaxBasket } from './tax-basket.js';
import { millionthsOf, type TaxLine, type TaxMode } from './taxes.js';

/** The taxes of a basket, as a provider computes them. */
export interface TaxEstimate {
  /** The provider's name for the estimate, if it has one. */
  readonly reference: string | null;
  /** Whether prices include the tax. */
  readonly mode: TaxMode;
  /** One for each item, in the sequence of the items. */
  readonly lines: readonly TaxLine[];
}

/** An estimate, and the basket that it is of. */
export interface BoundEstimate extends TaxEstimate {
  readonly basketHash: string;
}

/** Where an order gets its taxes that a tax provider computes. */
export interface EstimatedTaxes {
  /** Who keeps the documents of these taxes. */
  readonly provider: string;
  /** Where goods are sold that go to no address. */
  readonly home: string | undefined;
  /** Absent until the provider was asked. */
  readonly estimate?: BoundEstimate;
}

/** No taxes are known of an order that needs some. `what` is a sentence that says why. */
export class TaxProviderUnavailable extends DomainError {
  readonly code = 'tax_provider_unavailable';
  readonly kind = 'unavailable';
  constructor(what = 'The tax provider sent no usable taxes for this order.') {
    super(`${what} Nothing was reserved. Send the same request again.`, { retryAfterSeconds: 5 });
  }
}

/** The provider was not asked about this basket yet. Whoever places or quotes asks it, outside of the transaction, and begins again. */
export class TaxesNotEstimated extends TaxProviderUnavailable {
  constructor(readonly basket: TaxBasket) {
    super('Prices or discounts of this order changed each time while its taxes were computed.');
  }
}

/** The provider refuses to tax the basket, for this reason. */
export class TaxUndetermined extends DomainError {
  readonly code = 'tax_undetermined';
  readonly kind = 'conflict';
  constructor(reason: string) {
    super(`The tax provider refused to tax this order; correct its shipping address or lines. The reason: ${reason}`, {
      transient: true,
    });
  }
}

/** A provider's answer that can't be the taxes of the basket. */
export class UnsoundEstimate extends Error {}

/** Returns the estimate of this basket. @throws TaxesNotEstimated if there is none, or one of another basket */
export function estimateFor(basket: TaxBasket, { estimate }: EstimatedTaxes): BoundEstimate {
  if (estimate?.basketHash !== basketHash(basket)) throw new TaxesNotEstimated(basket);
  return estimate;
}

/** Binds an estimate to its basket. @throws UnsoundEstimate if the amounts can't be the taxes of it */
export function bindEstimate(basket: TaxBasket, estimate: TaxEstimate): BoundEstimate {
  if (estimate.lines.length !== basket.items.length)
    throw new UnsoundEstimate(`has ${estimate.lines.length} taxes for ${basket.items.length} items`);
  for (const [index, line] of estimate.lines.entries()) {
    const reason = unsoundBecause(line, basket.items[index]!.amount, estimate.mode);
    if (reason) throw new UnsoundEstimate(`item ${index + 1} ${reason}`);
  }
  return { ...estimate, basketHash: basketHash(basket) };
}

/** What the database refuses in a line (`tax_lines_zero_by_category`, `line_tax_within_price`). */
function unsoundBecause({ category, rate, base, amount }: TaxLine, price: number, mode: TaxMode): string | undefined {
  const percentage = millionthsOf(rate);
  if (percentage > 1_000_000) return `has a rate of ${rate} %`;
  if ((category === 'S') !== percentage > 0) return `has the rate ${rate} in the category ${category}`;
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > price)
    return `has a tax of ${amount} on a price of ${price}`;
  if (amount > 0 && percentage === 0) return `has a tax of ${amount} at a rate of zero`;
  return base === (mode === 'inclusive' ? price - amount : price) ? undefined : `has the base ${base}`;
}
