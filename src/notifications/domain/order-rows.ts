import { roundedShare } from '../../shared/exact.js';
import { oneLine } from './letter.js';

type TaxMode = 'inclusive' | 'exclusive' | null;

interface OrderedLine {
  readonly name: string;
  readonly quantity: number;
  readonly cancelledQuantity: number;
  readonly unitPrice: number;
  readonly discount?: number;
  readonly taxMode?: TaxMode;
  readonly taxLine?: ExplainedTax | null;
}

/** What explains the tax of a line or charge. */
interface ExplainedTax {
  readonly country: string;
  readonly category: string;
  readonly rate: string;
  readonly reason: string | null;
}

interface OrderedCharge {
  readonly name: string;
  readonly amount: number;
  readonly discount?: number;
  readonly taxMode?: TaxMode;
  readonly taxLine?: ExplainedTax | null;
}

/** What a mail about an order lists. Amounts are minor units of the order's currency. */
export interface ListedOrder {
  readonly number: number;
  readonly currency: string;
  readonly total: number;
  readonly lines: readonly OrderedLine[];
  readonly charges?: readonly OrderedCharge[] | null;
  readonly taxes?: readonly (Omit<ExplainedTax, 'reason'> & { readonly tax: number })[] | null;
}

/** How a language says it. `money` takes minor units. */
export interface OrderLabels {
  readonly total: string;
  readonly discount: string;
  readonly tax: (rate: string) => string;
  readonly includedTax: (rate: string) => string;
  readonly money: (amount: number) => string;
}

interface Row {
  readonly what: string;
  readonly price: string;
  readonly isTotal?: boolean;
}

/** Returns the goods and charges of an order, and below them what comes to its total. */
export function orderRows(order: ListedOrder, labels: OrderLabels): readonly (readonly Row[])[] {
  const { added, included } = taxesOf(order, labels);
  const total = { what: labels.total, price: labels.money(order.total), isTotal: true };
  return [
    [...goodsOf(order, labels), ...chargesOf(order, labels)],
    [...discountsOf(order, labels), ...added, total, ...included],
  ];
}

function goodsOf({ lines }: ListedOrder, { money }: OrderLabels): readonly Row[] {
  return lines
    .map(({ name, quantity, cancelledQuantity, unitPrice }) => ({
      name,
      left: quantity - cancelledQuantity,
      unitPrice,
    }))
    .filter(({ left }) => left > 0)
    .map(({ name, left, unitPrice }) => ({ what: `${left} x ${oneLine(name)}`, price: money(left * unitPrice) }));
}

/** Charges of one name are one row: each may be in parts for the taxes of the goods. */
function chargesOf({ charges }: ListedOrder, { money }: OrderLabels): readonly Row[] {
  return [...Map.groupBy(charges ?? [], ({ name }) => name)].map(([name, parts]) => ({
    what: oneLine(name),
    price: money(parts.reduce((sum, { amount }) => sum + amount, 0)),
  }));
}

/** What discounts take off charges and the pieces that are not cancelled; nothing if there are none. */
function discountsOf({ lines, charges }: ListedOrder, labels: OrderLabels): readonly Row[] {
  const ofCharges = (charges ?? []).reduce((sum, { discount = 0 }) => sum + discount, 0);
  const amount = lines.reduce(
    (sum, { discount = 0, cancelledQuantity, quantity }) =>
      sum + discount - roundedShare(discount, cancelledQuantity, quantity),
    ofCharges,
  );
  return amount === 0 ? [] : [{ what: labels.discount, price: `-${labels.money(amount)}` }];
}

/** The taxes of an order by rate: on top of the prices of its lines, or included in the total; each with why it is none. */
function taxesOf({ taxes, lines, charges }: ListedOrder, labels: OrderLabels) {
  const parts = [...lines, ...(charges ?? [])];
  const isAdded = parts.some(({ taxMode }) => taxMode === 'exclusive');
  const label = isAdded ? labels.tax : labels.includedTax;
  const rows = (taxes ?? []).map((tax) => ({
    what: [label(tax.rate), ...reasonsOf(tax, parts)].join(': '),
    price: labels.money(tax.tax),
  }));
  return isAdded ? { added: rows, included: [] } : { added: [], included: rows };
}

/** Why a tax is what it is, each reason once. */
function reasonsOf(tax: Omit<ExplainedTax, 'reason'>, parts: readonly (OrderedLine | OrderedCharge)[]): string[] {
  const found = parts.flatMap(({ taxLine }) =>
    taxLine?.reason && keyOf(taxLine) === keyOf(tax) ? [oneLine(taxLine.reason)] : [],
  );
  return [...new Set(found)];
}

const keyOf = ({ country, category, rate }: Omit<ExplainedTax, 'reason'>): string => `${country}:${category}:${rate}`;
