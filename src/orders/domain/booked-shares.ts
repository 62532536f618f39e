import { roundedShare } from '../../shared/exact.js';

/** A part of the revenue with one tax that has an account of its own: discounts, charges. Amounts are minor units. */
export interface RevenueShare {
  /** Country, category and rate, such as `GB:S:20`; empty for what has no tax. */
  readonly tax: string;
  /** Without the tax that prices include. */
  readonly net: number;
  /** The money with this tax that the ledger has, and the part of it that it has on the account. */
  readonly bookedGross: number;
  readonly booked: number;
}

/** Money that moved for what has one tax, and what all of that costs, with its tax. In minor units. */
export interface MovedGross {
  readonly moved: number;
  readonly whole: number;
}

/** The shares after a movement of money, and the change of what is booked of each, by tax. */
export interface BookedShares<S extends RevenueShare> {
  readonly groups: readonly S[];
  readonly booked: ReadonlyMap<string, number>;
}

/**
 * Books the shares of money that moved, so that all of a share is booked exactly when its money is paid in full, and none when all money is
 * returned.
 */
export function bookShares<S extends RevenueShare>(
  before: readonly S[],
  movedOf: (tax: string) => MovedGross,
): BookedShares<S> {
  const groups = before.map((group) => {
    const { moved, whole } = movedOf(group.tax);
    const bookedGross = group.bookedGross + moved;
    return { ...group, bookedGross, booked: shareIn(group, bookedGross, whole) };
  });
  return { groups, booked: new Map(groups.map(({ tax, booked }, index) => [tax, booked - before[index]!.booked])) };
}

/** Returns the share of an amount of money. Beyond what all costs, it falls from what is booked in proportion. */
function shareIn({ net, booked, bookedGross }: RevenueShare, gross: number, whole: number): number {
  if (gross <= 0) return 0;
  if (gross <= whole) return roundedShare(net, gross, whole);
  const [over, overBooked] = [bookedGross - whole, booked - net];
  if (over <= 0 || overBooked <= 0) return net;
  return net + Math.min(overBooked, roundedShare(overBooked, gross - whole, over));
}
