import { allocate, roundedShare } from '../../shared/exact.js';
import { keyOf, millionthsOf, type TaxCategory } from '../../tax/index.js';
import { type PricedPart, remainingGross, remainingTax } from './order-lines.js';

/** The tax of all lines with one country, category and rate, without cancelled pieces. Amounts are minor units. */
export interface TaxGroup {
  readonly country: string;
  readonly category: TaxCategory;
  /** A percentage in decimal digits. */
  readonly rate: string;
  readonly net: number;
  readonly tax: number;
  /** What the ledger has of it: money received less money returned, and the tax in that. */
  readonly bookedGross: number;
  readonly bookedTax: number;
}

/** A change of what the ledger has of a group; both amounts are negative when money is returned. */
export interface BookedTax {
  readonly group: TaxGroup;
  readonly net: number;
  readonly tax: number;
}

/** The groups after a movement of money, and the part of the money in each; `rest` is in none of them. */
export interface Booking {
  readonly groups: readonly TaxGroup[];
  readonly booked: readonly BookedTax[];
  readonly rest: number;
}

/** Returns the groups of lines and charges, in a fixed order, with what the ledger has of them already. */
export function taxGroupsOf(lines: readonly PricedPart[], before: readonly TaxGroup[] = []): TaxGroup[] {
  const groups = new Map(before.map((group) => [keyOf(group), { ...group, net: 0, tax: 0 }]));
  for (const line of lines) {
    if (!line.taxLine) continue;
    const { country, category, rate } = line.taxLine;
    const key = keyOf(line.taxLine);
    const group = groups.get(key) ?? { country, category, rate, net: 0, tax: 0, bookedGross: 0, bookedTax: 0 };
    const tax = remainingTax(line);
    groups.set(key, { ...group, net: group.net + remainingGross(line) - tax, tax: group.tax + tax });
  }
  return [...groups.values()].toSorted(inOrder);
}

/** By country, category and rate, as the database sorts them. */
function inOrder(a: TaxGroup, b: TaxGroup): number {
  const [first, second] = [a, b].map(({ country, category }) => `${country}:${category}`);
  return first! < second! ? -1 : first! > second! ? 1 : millionthsOf(a.rate) - millionthsOf(b.rate);
}

const grossOf = ({ net, tax }: TaxGroup): number => net + tax;
const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);

/**
 * Books money, in minor units and negative if it is returned, after which the groups are paid exactly: each has exactly its own then. Where an
 * order was paid in part and cut down, one group may get what another has too much of. Undefined if they are not paid exactly then.
 */
export function bookExactly(groups: readonly TaxGroup[], amount: number): Booking | undefined {
  const parts = groups.map((group) => grossOf(group) - group.bookedGross);
  return sum(parts) === amount ? booking(groups, parts, 0) : undefined;
}

/**
 * Books money that arrived, in minor units: each group gets its share of what is not booked yet. Money beyond the groups is the rest.
 */
export function bookReceived(groups: readonly TaxGroup[], amount: number): Booking {
  const exactly = bookExactly(groups, amount);
  if (exactly) return exactly;
  const open = groups.map((group) => Math.max(0, grossOf(group) - group.bookedGross));
  const within = Math.min(amount, sum(open));
  const parts = allocate(within, open);
  return booking(groups, parts, amount - within);
}

/** The part of returned money that is of one tax, in minor units. */
export interface TaxShare extends Pick<TaxGroup, 'country' | 'category' | 'rate'> {
  readonly gross: number;
}

/**
 * Books money that was returned, in minor units. First go the `shares` of certain taxes, if it was returned for certain lines; then the
 * `surplus`, which is in no group; then what groups have beyond their
 * present amounts, because pieces were cancelled; then each group gives its share of the rest.
 */
export function bookReturned(
  groups: readonly TaxGroup[],
  amount: number,
  surplus: number,
  shares: readonly TaxShare[] = [],
): Booking {
  const named = groups.map((group) => {
    const gross = sum(shares.filter((share) => keyOf(share) === keyOf(group)).map((share) => share.gross));
    return Math.min(gross, group.bookedGross);
  });
  const without = groups.map((group, index) => ({ ...group, bookedGross: group.bookedGross - named[index]! }));
  const { parts, rest } = returnedParts(without, amount - sum(named), surplus);
  return booking(
    groups,
    parts.map((part, index) => part - named[index]!),
    rest,
  );
}

/** The parts of money that was returned for no line in particular. */
function returnedParts(groups: readonly TaxGroup[], amount: number, surplus: number) {
  const fromSurplus = Math.min(amount, Math.max(0, surplus));
  const excess = groups.map((group) => Math.max(0, group.bookedGross - grossOf(group)));
  const fromExcess = Math.min(amount - fromSurplus, sum(excess));
  const first = allocate(fromExcess, excess);
  const left = groups.map((group, index) => group.bookedGross - first[index]!);
  const fromRest = Math.min(amount - fromSurplus - fromExcess, sum(left));
  const second = allocate(fromRest, left);
  const parts = groups.map((_, index) => 0 - first[index]! - second[index]!);
  return { parts, rest: fromExcess + fromRest - amount };
}

function booking(before: readonly TaxGroup[], parts: readonly number[], rest: number): Booking {
  const groups = before.map((group, index) => {
    const bookedGross = group.bookedGross + parts[index]!;
    return { ...group, bookedGross, bookedTax: taxIn(group, bookedGross) };
  });
  const booked = groups.map((group, index) => {
    const tax = group.bookedTax - before[index]!.bookedTax;
    return { group, net: parts[index]! - tax, tax };
  });
  return { groups, booked, rest };
}

/**
 * Returns the tax in an amount of a group: its share, so that the tax of the whole group is booked exactly when all of it is. Beyond
 * the group's present amount, the tax falls from what is booked to the group's in proportion.
 */
function taxIn(group: TaxGroup, gross: number): number {
  const whole = grossOf(group);
  if (gross === 0) return 0;
  if (gross <= whole) return roundedShare(group.tax, gross, whole);
  const [over, overTax] = [group.bookedGross - whole, group.bookedTax - group.tax];
  if (overTax < 0) return group.tax;
  return group.tax + (over === 0 ? 0 : roundedShare(overTax, gross - whole, over));
}
