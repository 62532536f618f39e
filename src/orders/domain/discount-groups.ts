import { keyOf, taxOf } from '../../tax/index.js';
import type { RevenueShare } from './booked-shares.js';
import { type PricedPart, remainingDiscount } from './order-lines.js';

/** The discounts of all lines and charges with one tax, without cancelled pieces. Amounts are minor units. */
export interface DiscountGroup extends RevenueShare {
  /** With the tax that prices include. */
  readonly discount: number;
}

/** Returns the groups of lines and charges, in a fixed order, with what the ledger has of them already. */
export function discountGroupsOf(lines: readonly PricedPart[], before: readonly DiscountGroup[] = []): DiscountGroup[] {
  const groups = new Map(before.map((group) => [group.tax, { ...group, discount: 0, net: 0 }]));
  const discounted = Map.groupBy(
    lines.filter(({ discount }) => discount > 0),
    ({ taxLine }) => (taxLine ? keyOf(taxLine) : ''),
  );
  for (const [tax, members] of discounted) {
    const discount = members.reduce((sum, line) => sum + remainingDiscount(line), 0);
    const booked = groups.get(tax) ?? { bookedGross: 0, booked: 0 };
    groups.set(tax, { ...booked, tax, discount, net: discount - taxIn(discount, members[0]!) });
  }
  return [...groups.values()].toSorted((a, b) => (a.tax < b.tax ? -1 : 1));
}

/** The tax in a discount of something whose price includes tax. */
function taxIn(discount: number, { taxMode, taxLine }: PricedPart): number {
  return taxMode === 'inclusive' && taxLine ? taxOf(discount, taxLine.rate, taxMode) : 0;
}
