import type { TaxPosition } from '../../tax/index.js';
import type { Order } from './order.js';
import type { TaxGroup } from './tax-groups.js';

const states = {
  pending: 'open',
  confirmed: 'sold',
  completed: 'sold',
  cancelled: 'cancelled',
  expired: 'cancelled',
} as const satisfies Record<Order['status'], TaxPosition['state']>;

/**
 * Returns where an order stands for its tax provider. Taxes are due of all that is not cancelled; once money was returned, of what the
 * ledger has of that, so that a refund takes from each group what the ledger took.
 */
export function taxPosition(order: Order): TaxPosition {
  const isBooked = order.refundedAmount > 0;
  const due = (order.taxes ?? []).map(({ country, category, rate, ...group }) => {
    const { net, tax } = isBooked ? lesser(group) : group;
    return { country, category, rate, net, tax };
  });
  return { state: states[order.status], due };
}

/** What is booked of a group, but not more than what is left of it. */
function lesser(group: Pick<TaxGroup, 'net' | 'tax' | 'bookedGross' | 'bookedTax'>): Pick<TaxGroup, 'net' | 'tax'> {
  const { net, tax, bookedGross, bookedTax } = group;
  return bookedGross < net + tax ? { net: bookedGross - bookedTax, tax: bookedTax } : { net, tax };
}
