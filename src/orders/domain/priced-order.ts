import type { TaxTerms } from '../../tax/index.js';
import { taxLines } from '../../tax/index.js';
import type { OrderCharge, UntaxedCharge } from './order-charges.js';
import type { OrderLine } from './order-lines.js';

/** The lines of a new order, and its charges. */
export interface PricedOrder {
  readonly lines: readonly OrderLine[];
  readonly charges: readonly OrderCharge[];
}

/**
 * Returns lines and charges with their taxes, which are computed over both: one tax for each country, category and rate. What has no tax
 * class stays as it is.
 */
export function withTaxes(
  lines: readonly OrderLine[],
  charges: readonly UntaxedCharge[],
  classOf: (line: OrderLine) => string | null,
  taxes: TaxTerms | undefined,
): PricedOrder {
  if (!taxes) return { lines, charges: charges.map(({ charge }) => charge) };
  const { mode, byClass, rounding } = taxes;
  const termOf = (taxClass: string | null) => (taxClass === null ? undefined : byClass.get(taxClass));
  const found = taxLines(
    [
      ...lines.map((line) => ({
        amount: line.quantity * line.unitPrice - line.discount,
        quantity: line.quantity,
        term: termOf(classOf(line)),
      })),
      ...charges.map(({ charge, taxClass }) => ({
        amount: charge.amount - charge.discount,
        quantity: 1,
        term: termOf(taxClass),
      })),
    ],
    mode,
    rounding,
  );
  const taxed = <P extends OrderLine | OrderCharge>(part: P, index: number): P => {
    const taxLine = found[index];
    return taxLine ? { ...part, tax: taxLine.amount, taxMode: mode, taxLine } : part;
  };
  return {
    lines: lines.map(taxed),
    charges: charges.map(({ charge }, index) => taxed(charge, lines.length + index)),
  };
}
