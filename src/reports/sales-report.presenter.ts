import { roundedShare } from '../shared/exact.js';
import { encodeId, type Id } from '../shared/ids.js';
import type { Grouping } from './dto/report.query.js';
import type { SalesRowView } from './report.view.js';

/** A row as the database has it. */
export interface FoundSales extends Record<string, unknown> {
  readonly key: string | null;
  readonly sku: string | null;
  readonly name: string | null;
  readonly currency: string;
  /** Sums of bigints. */
  readonly gross: string;
  readonly refunded: string;
  readonly orders: string;
}

/** Returns what clients see of a row. */
export function presentSales(row: FoundSales, by: Grouping): SalesRowView {
  return { key: keyOf(row.key, by), sku: row.sku, name: row.name, ...presentFigures(row) };
}

function keyOf(key: string | null, by: Grouping): string | null {
  if (key === null) return null;
  if (by === 'product') return encodeId('prd', key as Id<'prd'>);
  return by === 'customer' ? encodeId('usr', key as Id<'usr'>) : key;
}

/** Returns the sums of a row. */
export function presentFigures({ currency, ...row }: FoundSales) {
  const [gross, refunded, orders] = [Number(row.gross), Number(row.refunded), Number(row.orders)];
  // Shares of a product in payments of parts may be negative by one unit.
  const average = orders === 0 ? 0 : Math.sign(gross) * roundedShare(Math.abs(gross), 1, orders);
  return { currency, gross, refunded, net: gross - refunded, orders, average };
}
