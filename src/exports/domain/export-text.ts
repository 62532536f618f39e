import { type Cell, csvLine } from '../../shared/csv.js';
import type { ExportFormat } from '../export.entity.js';

type Row = Readonly<Record<string, Cell>>;

/** Returns the text of some rows; the first piece of a CSV file begins with the names of its columns. */
export function textOf(
  format: ExportFormat,
  columns: readonly string[],
  rows: readonly Row[],
  isFirst: boolean,
): string {
  if (format === 'ndjson') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const lines = rows.map((row) => csvLine(columns.map((column) => row[column] ?? null)));
  return (isFirst ? csvLine(columns) : '') + lines.join('');
}
