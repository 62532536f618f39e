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

/** The money of an order that is in no group, and the price of what has no tax, in minor units. */
interface OutsideGroups {
  readonly surplus: number;
  readonly untaxed: number;
}

/**
 * Books money that arrived, in minor units, and after which the groups, or the groups and what has no tax, are paid exactly: each has exactly its own
 * then. Where an order was paid in part and cut down, one may get what another has too much of. Undefined if they are not paid exactly then.
 */
function bookExactly(
  groups: readonly TaxGroup[],
  amount: number,
  { surplus, untaxed }: OutsideGroups,
): Booking | undefined {
  const parts = groups.map((group) => grossOf(group) - group.bookedGross);
  const rest = amount - sum(parts);
  return rest === 0 || rest === untaxed - surplus ? booking(groups, parts, rest) : undefined;
}

/**
 * Books money that arrived, in minor units: each group gets its share of what is not booked yet. Money beyond the groups is the rest.
 */
export function bookReceived(
  groups: readonly TaxGroup[],
  amount: number,
  outside: OutsideGroups = { surplus: 0, untaxed: 0 },
): Booking {
  const exactly = bookExactly(groups, amount, outside);
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

/** Money that was returned, in minor units. */
export interface ReturnedMoney {
  readonly amount: number;
  /** The money of the order that is in no group. */
  readonly surplus: number;
  /** What was returned for certain lines. */
  readonly shares?: readonly TaxShare[];
  /** The price of what has no tax. */
  readonly untaxed?: number;
  /** Whether the order may keep its whole total: each group then has what is left of it, as far as the money goes. */
  readonly keepsTotal?: boolean;
}

/**
 * Books money that was returned. Where the order may keep its whole total, groups that have too little get what others have too much of. Then go
 * the `shares` of certain taxes, if it was returned for certain lines; then the surplus beyond what has no tax; then what groups have beyond their
 * present amounts, because pieces were cancelled; then what has no tax; then each group gives its share of the rest.
 */
export function bookReturned(
  groups: readonly TaxGroup[],
  { amount, surplus, shares = [], untaxed = 0, keepsTotal = false }: ReturnedMoney,
): Booking {
  const { parts: evened, rest: more } = keepsTotal ? evenedParts(groups, surplus, untaxed) : nothing(groups);
  const named = groups.map((group, index) => {
    const gross = sum(shares.filter((share) => keyOf(share) === keyOf(group)).map((share) => share.gross));
    return Math.min(gross, group.bookedGross + evened[index]!);
  });
  const first = evened.map((part, index) => part - named[index]!);
  const left = groups.map((group, index) => ({ ...group, bookedGross: group.bookedGross + first[index]! }));
  const { parts, rest } = returnedParts(left, amount - sum(named), { surplus: surplus + more, untaxed });
  return booking(
    groups,
    parts.map((part, index) => part + first[index]!),
    rest + more,
  );
}

/** What groups with less than their present amount get of those with more, and what has no tax (`rest`) too. */
function evenedParts(groups: readonly TaxGroup[], surplus: number, untaxed: number) {
  const open = [...groups.map((group) => grossOf(group) - group.bookedGross), untaxed - surplus];
  const [missing, excess] = [open.map((amount) => Math.max(0, amount)), open.map((amount) => Math.max(0, -amount))];
  const amount = Math.min(sum(missing), sum(excess));
  const [got, given] = [allocate(amount, missing), allocate(amount, excess)];
  const moved = got.map((part, index) => part - given[index]!);
  return { parts: moved.slice(0, -1), rest: moved.at(-1)! };
}

const nothing = (groups: readonly TaxGroup[]) => ({ parts: groups.map(() => 0), rest: 0 });

/** The parts of money that was returned for no line in particular. */
function returnedParts(
  groups: readonly TaxGroup[],
  amount: number,
  { surplus, untaxed }: Required<Pick<ReturnedMoney, 'surplus' | 'untaxed'>>,
) {
  const beyond = Math.min(amount, Math.max(0, surplus - untaxed));
  const excess = groups.map((group) => Math.max(0, group.bookedGross - grossOf(group)));
  const fromExcess = Math.min(amount - beyond, sum(excess));
  const fromSurplus = Math.min(amount - fromExcess, Math.max(0, surplus));
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
