import type { Cell } from '../shared/csv.js';
import type { ActivityReportView, CustomersReportView, SalesReportView, TopProductsView } from './report.view.js';

/** The rows of a report, as the cells of these members. */
function tableOf<R>(name: string, columns: readonly (keyof R & string)[]) {
  return {
    name,
    columns,
    rows: ({ rows }: { readonly rows: readonly R[] }): Iterable<readonly Cell[]> => cellsOf(rows, columns),
  };
}

function* cellsOf<R>(rows: readonly R[], columns: readonly (keyof R)[]): Generator<readonly Cell[]> {
  for (const row of rows) yield columns.map((column) => row[column] as Cell);
}

type RowOf<V extends { readonly rows: readonly unknown[] }> = V['rows'][number];

/** The columns of a table of sales. */
export const salesColumns = [
  'key',
  'sku',
  'name',
  'currency',
  'gross',
  'refunded',
  'net',
  'orders',
  'average',
] as const satisfies readonly (keyof RowOf<SalesReportView>)[];
export const salesTable = tableOf<RowOf<SalesReportView>>('sales', salesColumns);
export const customersTable = tableOf<RowOf<CustomersReportView>>('customers', [
  'key',
  'registered',
  'buying',
  'firstTime',
  'returning',
  'orders',
]);
export const activityTable = tableOf<RowOf<ActivityReportView>>('activity', [
  'userId',
  'signIns',
  'orders',
  'changes',
  'lastAt',
]);
export const topProductsTable = tableOf<RowOf<TopProductsView>>('top-products', [
  'rank',
  'productId',
  'sku',
  'name',
  'units',
]);
