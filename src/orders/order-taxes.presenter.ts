import type { TaxRounding } from '../tax/index.js';
import type { OrderHeader } from './domain/order.js';
import { grossOf, type PricedPart } from './domain/order-lines.js';
import type { LineTaxView, TaxGroupView } from './order-taxes.view.js';

interface OrderTaxesView {
  readonly tax?: number;
  readonly taxRounding?: TaxRounding;
  readonly taxes?: readonly TaxGroupView[];
}

/** The taxes of an order as clients see them; nothing for an order without tax. */
export function presentOrderTaxes({ taxes, taxRounding }: OrderHeader): OrderTaxesView {
  if (!taxes) return {};
  return {
    tax: taxes.reduce((sum, { tax }) => sum + tax, 0),
    taxRounding,
    taxes: taxes.map(({ country, category, rate, net, tax }) => ({
      country,
      category,
      rate,
      net,
      tax,
      gross: net + tax,
    })),
  };
}

/** The tax of a line or charge as clients see it; nothing for one without tax. */
export function presentTax(part: PricedPart): { readonly tax?: LineTaxView } {
  const { taxLine, taxMode: mode } = part;
  if (!taxLine || !mode) return {};
  const { category, rate, country, label, reason, source, base, amount } = taxLine;
  return { tax: { mode, category, rate, country, label, reason, source, net: base, amount, gross: grossOf(part) } };
}
