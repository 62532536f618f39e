import { DomainError } from '../../shared/errors.js';
import type { TaxMode, TaxTerm } from './taxes.js';

/** What applies to an order: whether prices include tax, and the term of each class of products. */
export interface TaxTerms {
  readonly mode: TaxMode;
  readonly byClass: ReadonlyMap<string, TaxTerm>;
}

/** A rate at the destination. */
type Rate = Omit<TaxTerm, 'country'> & { readonly taxClass: string; readonly pricesIncludeTax: boolean };

export class TaxRateMissing extends DomainError {
  readonly code = 'tax_rate_missing';
  readonly kind = 'conflict';
  constructor(taxClass: string, country: string) {
    super(`There is no tax rate for goods of the class ${taxClass} in ${country}. Ask the shop to add one.`, {
      transient: true,
    });
  }
}

/** Returns the terms for these classes. All rates are of one zone. @throws TaxRateMissing */
export function termsOf(country: string, classes: readonly string[], rates: readonly Rate[]): TaxTerms {
  const byClass = new Map(
    rates.map(({ taxClass, category, rate, label, reason, source }) => [
      taxClass,
      { country, category, rate, label, reason, source },
    ]),
  );
  for (const taxClass of classes) if (!byClass.has(taxClass)) throw new TaxRateMissing(taxClass, country);
  return { mode: rates[0]!.pricesIncludeTax ? 'inclusive' : 'exclusive', byClass };
}
