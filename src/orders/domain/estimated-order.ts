import type { UserId } from '../../shared/ids.js';
import {
  type EstimatedTaxes,
  estimateFor,
  taxDestinationOf,
  type TaxDocument,
  type TaxItem,
  type TaxTerms,
} from '../../tax/index.js';
import type { OrderCharge, UntaxedCharge } from './order-charges.js';
import type { OrderLine } from './order-lines.js';
import type { PricedOrder } from './priced-order.js';

/** An order that a tax provider taxed, before its sums. */
export interface EstimatedOrder extends PricedOrder {
  readonly document: TaxDocument;
}

/** What is taxed of an order. */
export interface UntaxedOrder {
  readonly lines: readonly OrderLine[];
  readonly charges: readonly UntaxedCharge[];
  readonly classOf: (line: OrderLine) => string | null;
}

/** Who buys it, and where it goes. */
interface Buyer {
  readonly customerId: UserId;
  readonly shippingAddress?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Returns lines and charges with the taxes that the provider estimated for exactly these, and for this buyer. What has no tax class stays as it is.
 * @throws TaxesNotEstimated if the estimate is missing or of another basket, ValidationFailed without a country
 */
export function withEstimate(
  { lines, charges, classOf }: UntaxedOrder,
  { customerId, shippingAddress }: Buyer,
  currency: string,
  taxes: EstimatedTaxes,
): EstimatedOrder {
  const parts = [
    ...lines.map((line) => ({ id: line.id, item: itemOfLine(line, classOf(line)) })),
    ...charges.map(({ charge, taxClass }) => ({ id: charge.id, item: itemOfCharge(charge, taxClass) })),
  ];
  const taxable = parts.filter((part): part is typeof part & { item: TaxItem } => part.item.taxClass !== null);
  const destination = taxDestinationOf(shippingAddress, taxes.home);
  const basket = { currency, customerId, destination, items: taxable.map(({ item }) => item) };
  const { mode, lines: found, reference } = estimateFor(basket, taxes);
  const byId = new Map(taxable.map(({ id }, index) => [id, found[index]!]));
  const taxed = <P extends OrderLine | OrderCharge>(part: P): P => {
    const taxLine = byId.get(part.id);
    return taxLine ? { ...part, tax: taxLine.amount, taxMode: mode, taxLine } : part;
  };
  return {
    lines: lines.map(taxed),
    charges: charges.map(({ charge }) => taxed(charge)),
    document: { provider: taxes.provider, reference },
  };
}

type Item = Omit<TaxItem, 'taxClass'> & { readonly taxClass: string | null };

function itemOfLine({ sku, quantity, unitPrice, discount }: OrderLine, taxClass: string | null): Item {
  return { kind: 'goods', sku, taxClass, quantity, amount: quantity * unitPrice - discount, discount };
}

function itemOfCharge({ kind, amount, discount }: OrderCharge, taxClass: string | null): Item {
  return { kind, sku: null, taxClass, quantity: 1, amount: amount - discount, discount };
}

/**
 * The terms by which charges are split before taxes are known: each class of the goods counts as a tax of its own, so that every part of a charge
 * has one class for the provider.
 */
export function classesApart(goods: readonly { readonly taxClass: string | null }[]): TaxTerms {
  const classes = new Set(goods.flatMap(({ taxClass }) => taxClass ?? []));
  const term = { category: 'O', rate: '0', label: '', reason: null, source: '' } as const;
  return {
    mode: 'exclusive',
    byClass: new Map([...classes].map((taxClass) => [taxClass, { ...term, country: taxClass }])),
  };
}
