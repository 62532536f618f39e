import { roundedShare } from '../../shared/exact.js';
import { keyOf, taxOf } from '../../tax/index.js';
import { type OrderLine, remainingDiscount } from './order-lines.js';

/** The discounts of all lines with one tax, without cancelled pieces. Amounts are minor units. */
export interface DiscountGroup {
  /** Country, category and rate, such as `GB:S:20`; empty for lines without tax. */
  readonly tax: string;
  readonly discount: number;
  /** The discount without the tax that prices include. */
  readonly net: number;
  /** The money of these lines that the ledger has, and the discount that it has with it. */
  readonly bookedGross: number;
  readonly booked: number;
}

/** Returns the groups of the lines, in a fixed order, with what the ledger has of them already. */
export function discountGroupsOf(lines: readonly OrderLine[], before: readonly DiscountGroup[] = []): DiscountGroup[] {
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

/** The tax in a discount of a line whose price includes tax. */
function taxIn(discount: number, { taxMode, taxLine }: OrderLine): number {
  return taxMode === 'inclusive' && taxLine ? taxOf(discount, taxLine.rate, taxMode) : 0;
}

/** Money that moved for the lines with one tax, and what all of these cost, with their tax. In minor units. */
export interface MovedGross {
  readonly moved: number;
  readonly whole: number;
}

/** The groups after a movement of money, and the change of what is booked of each, by tax. */
export interface BookedDiscounts {
  readonly groups: readonly DiscountGroup[];
  readonly booked: ReadonlyMap<string, number>;
}

/**
 * Books the discounts in money that moved: each group's share, so that all of it is booked exactly when the group is paid in full, and
 * none when all money is returned.
 */
export function bookDiscounts(before: readonly DiscountGroup[], movedOf: (tax: string) => MovedGross): BookedDiscounts {
  const groups = before.map((group) => {
    const { moved, whole } = movedOf(group.tax);
    const bookedGross = group.bookedGross + moved;
    return { ...group, bookedGross, booked: discountIn(group, bookedGross, whole) };
  });
  return { groups, booked: new Map(groups.map(({ tax, booked }, index) => [tax, booked - before[index]!.booked])) };
}

/** Returns the discount in an amount of a group. Beyond what the group costs, it falls from what is booked in proportion. */
function discountIn({ net, booked, bookedGross }: DiscountGroup, gross: number, whole: number): number {
  if (gross <= 0) return 0;
  if (gross <= whole) return roundedShare(net, gross, whole);
  const [over, overBooked] = [bookedGross - whole, booked - net];
  if (over <= 0 || overBooked <= 0) return net;
  return net + Math.min(overBooked, roundedShare(overBooked, gross - whole, over));
}
