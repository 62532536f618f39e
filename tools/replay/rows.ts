import { parse } from 'csv-parse/sync';
import type { Price } from './decimal.js';
import { parsePrice, parseWhole } from './decimal.js';
import { ReplayFailure } from './failure.js';

/** One invoice line of the file. */
export interface Row {
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  readonly quantity: number;
  readonly price: Price;
  /** Empty for a walk-in. */
  readonly customer: string;
}

const columns = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'UnitPrice', 'CustomerID'] as const;
type Cells = Readonly<Record<(typeof columns)[number], string>>;

/**
 * Reads a file of the "Online Retail" data set: UTF-8 or Windows-1252, with or without a byte order mark, LF or CRLF.
 * @throws ReplayFailure naming the line when the file is no such CSV
 */
export function parseRows(file: Uint8Array): Row[] {
  const rows = records(decode(file)).map(({ record, info }) => toRow(record, info.lines));
  if (rows.length === 0) throw new ReplayFailure('The file has no invoice lines.');
  return rows;
}

function decode(file: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return new TextDecoder('windows-1252').decode(file);
  }
}

function records(text: string): { record: Cells; info: { lines: number } }[] {
  try {
    const options = { bom: true, info: true, trim: true, skip_empty_lines: true, relax_quotes: true } as const;
    return parse(text, { ...options, columns: checkHeader }) as unknown as { record: Cells; info: { lines: number } }[];
  } catch (error) {
    if (error instanceof ReplayFailure) throw error;
    throw new ReplayFailure(`The file is not readable as CSV: ${(error as Error).message}`);
  }
}

function checkHeader(header: string[]): string[] {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw new ReplayFailure(`The file has no column ${missing.join(', ')}; its first line must name the columns.`);
}

function toRow(cells: Cells, line: number): Row {
  const quantity = parseWhole(cells.Quantity);
  const price = parsePrice(cells.UnitPrice);
  if (cells.InvoiceNo === '' || cells.StockCode === '') throw invalid(line, 'InvoiceNo or StockCode is empty');
  if (quantity === undefined) throw invalid(line, `Quantity "${cells.Quantity}" is no whole number`);
  if (price === undefined) throw invalid(line, `UnitPrice "${cells.UnitPrice}" is no price`);
  const customer = cells.CustomerID.replace(/\.0*$/, '');
  return { invoice: cells.InvoiceNo, code: cells.StockCode, description: cells.Description, quantity, price, customer };
}

function invalid(line: number, what: string): ReplayFailure {
  return new ReplayFailure(`Line ${line}: ${what}. Correct the file and play it again.`);
}
