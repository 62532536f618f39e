import type { VatReport } from './api-shapes.js';
import type { ApiClient } from './client.js';
import type { Plan } from './plan.js';

/** What the shop keeps of the file's orders, without tax, and the tax in it; pence. */
export interface Vat {
  readonly net: number;
  readonly vat: number;
}

/** Whole percents of tax that the prices include, in the class of products that `data/tax-rates.json` has. */
export const TAX_CLASS = 'standard';
export const TAX_COUNTRY = 'GB';

const halfUp = (numerator: number, denominator: number) =>
  Math.floor((2 * numerator + denominator) / (2 * denominator));

/** The tax of each order is in its prices, rounded once; of what went back, it went back in proportion. */
export function vatOf({ customers }: Plan, percent: number): Vat {
  const orders = customers.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'order' ? step : [])));
  const kept = orders.map(({ total, refunded }) => {
    const tax = halfUp(total * percent, 100 + percent);
    const left = total - refunded;
    const vat = total === 0 ? 0 : halfUp(tax * left, total);
    return { net: left - vat, vat };
  });
  return kept.reduce((sum, each) => ({ net: sum.net + each.net, vat: sum.vat + each.vat }), { net: 0, vat: 0 });
}

/** The same from the ledger; all that this server ever sold at the rate. */
export async function readVat(api: ApiClient, percent: number): Promise<Vat> {
  const { lines } = await api.get<VatReport>('/v1/reports/vat');
  const own = lines.find(
    ({ country, rate, currency }) => country === TAX_COUNTRY && rate === String(percent) && currency === 'GBP',
  );
  return { net: own?.net ?? 0, vat: own?.vat ?? 0 };
}
