import { keyOf, taxOf } from '../../tax/index.js';
import type { RevenueShare } from './booked-shares.js';
import type { OrderCharge } from './order-charges.js';

/** The charges of an order with one tax, at full prices: revenue with an account of its own. */
export type ChargeGroup = RevenueShare;

/** Returns the groups of new charges, in a fixed order. */
export function chargeGroupsOf(charges: readonly OrderCharge[]): ChargeGroup[] {
  const byTax = Map.groupBy(charges, ({ taxLine }) => (taxLine ? keyOf(taxLine) : ''));
  return [...byTax]
    .map(([tax, members]) => ({ tax, net: netOf(members), bookedGross: 0, booked: 0 }))
    .toSorted((a, b) => (a.tax < b.tax ? -1 : 1));
}

/** What charges with the same tax cost without it, before discounts. */
function netOf(charges: readonly OrderCharge[]): number {
  const amount = charges.reduce((sum, charge) => sum + charge.amount, 0);
  const { taxMode, taxLine } = charges[0]!;
  return taxMode === 'inclusive' && taxLine ? amount - taxOf(amount, taxLine.rate, taxMode) : amount;
}
