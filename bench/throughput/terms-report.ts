import { median } from '../measure/latency.js';
import { round, table } from '../terminal/table.js';
import type { TermsFigures } from './terms.js';

/** What the run says in one JSON line. */
export function summarise({
  compared: { ratios, loads },
  check: { paidInDatabase, paidByAnswers, balanced },
}: TermsFigures) {
  return {
    median: round(median(ratios), 3),
    ratios: ratios.map((ratio) => round(ratio, 3)),
    paidOrders: { inDatabase: paidInDatabase, byAnswers: paidByAnswers },
    ledgerBalanced: balanced,
    errors: [...new Set(loads.flatMap(({ errors }) => Object.keys(errors)))],
  };
}

export type TermsSummary = ReturnType<typeof summarise>;

export function print({ median: middle, ratios }: TermsSummary): string {
  return table([
    ['orders with two tax rates, a coupon and shipping / usual orders', `${middle} (${ratios.join(' ')})`],
  ]);
}

/** What is wrong with what was measured; nothing when all is well. */
export function complaints({ paidOrders, ledgerBalanced, errors }: TermsSummary): string[] {
  return [
    ...errors,
    ...(paidOrders.inDatabase === paidOrders.byAnswers
      ? []
      : ['The database differs from what the customers were told.']),
    ...(ledgerBalanced ? [] : ['The ledger does not balance.']),
  ];
}
