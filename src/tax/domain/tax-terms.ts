import { DomainError } from '../../shared/errors.js';
import { isExport } from './territory.js';
import { type TaxMode, taxOf, type TaxRounding, type TaxTerm } from './taxes.js';
import { businessTermOf, exportOf, isFalseExport, type Sale, treatmentOf } from './treatment.js';

/** What applies to an order: whether prices include tax, and the term of each class of products. */
export interface TaxTerms {
  readonly mode: TaxMode;
  readonly byClass: ReadonlyMap<string, TaxTerm>;
  /** The rates whose tax is in prices of a class, but not due from this buyer; absent for most orders. */
  readonly includedRates?: ReadonlyMap<string, string>;
  /** Where tax is rounded: for each rate, if absent. */
  readonly rounding?: Exclude<TaxRounding, 'given'>;
}

/** A rate of a zone. */
export type Rate = Omit<TaxTerm, 'country'> & { readonly taxClass: string; readonly pricesIncludeTax: boolean };

/** What is known of an order before its taxes. */
export interface TaxedSale extends Sale {
  /** The classes of its products and charges, those of services among them. */
  readonly classes: readonly string[];
  readonly services: ReadonlySet<string>;
  /** The rates at the destination, all of one zone. */
  readonly rates: readonly Rate[];
  /** Those at home of classes that have none there. */
  readonly homeRates: readonly Rate[];
  /** Whether goods are exports where no zone says so. */
  readonly exports: boolean;
}

export class TaxRateMissing extends DomainError {
  readonly code = 'tax_rate_missing';
  readonly kind = 'conflict';
  constructor(taxClass: string, country: string) {
    super(`There is no tax rate for goods of the class ${taxClass} in ${country}. Ask the shop to add one.`, {
      transient: true,
    });
  }
}

/** Returns the classes without a rate that may apply at the destination. */
export const classesWithoutRate = ({ classes, rates, home, destination }: Omit<TaxedSale, 'homeRates'>): string[] =>
  classes.filter(
    (taxClass) => !rates.some((rate) => rate.taxClass === taxClass && !isFalseExport(rate, home, destination)),
  );

/** Returns the terms for these classes and this buyer. @throws TaxRateMissing */
export function termsOf(sale: TaxedSale): TaxTerms {
  const found = sale.classes.map((taxClass) => ({ taxClass, ...termOf(taxClass, sale) }));
  const included = found.flatMap(({ taxClass, term, given }): [string, string][] =>
    given.pricesIncludeTax && term.rate !== given.rate ? [[taxClass, given.rate]] : [],
  );
  const [first] = sale.rates.length > 0 ? sale.rates : found.map(({ given }) => given);
  return {
    mode: first!.pricesIncludeTax ? 'inclusive' : 'exclusive',
    byClass: new Map(found.map(({ taxClass, term }) => [taxClass, term])),
    ...(included.length > 0 && { includedRates: new Map(included) }),
  };
}

function termOf(taxClass: string, sale: TaxedSale): { readonly term: TaxTerm; readonly given: Rate } {
  const { home, destination, rates, homeRates, services } = sale;
  const isService = services.has(taxClass);
  const of = (rate: Rate) => rate.taxClass === taxClass && !isFalseExport(rate, home, destination);
  const given = rates.find(of);
  if (given) return { given, term: treatmentOf(termAt(destination, given), isService, sale) };
  const atHome = homeRates.find(of);
  const term =
    atHome && home !== undefined ? foreignTermOf(termAt(home, atHome), isService, { ...sale, home }) : undefined;
  if (!atHome || !term) throw new TaxRateMissing(taxClass, destination);
  return { given: atHome, term };
}

/** Returns the term for a destination without a rate, from the one at home; undefined if one is needed. */
function foreignTermOf(term: TaxTerm, isService: boolean, sale: TaxedSale & { home: string }): TaxTerm | undefined {
  const { home, destination, exports } = sale;
  const business = businessTermOf(term, isService, sale);
  if (business || isService || !exports || !isExport(home, destination)) return business;
  return exportOf(term, home, destination);
}

function termAt(country: string, { category, rate, label, reason, source }: Rate): TaxTerm {
  return { country, category, rate, label, reason, source };
}

/** Returns a price in minor units as the buyer pays it: without the tax in it that is not due from them. */
export function priceFor(terms: TaxTerms | undefined, taxClass: string | null, price: number): number {
  const rate = taxClass === null ? undefined : terms?.includedRates?.get(taxClass);
  return rate === undefined ? price : price - taxOf(price, rate, 'inclusive');
}
