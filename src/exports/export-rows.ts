import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { idsNear, withinDays } from '../reports/index.js';
import type { Cell } from '../shared/csv.js';
import { encodeId } from '../shared/ids.js';
import {
  type ExportColumn,
  type ExportKind,
  type ExportParameters,
  type ExportSource,
  exportSources,
} from './domain/export-kinds.js';

/** Rows of the table for each piece of a file: some hundred kilobytes. */
export const PAGE = 1000;

/** Rows of a file, by the names of its columns. */
export type ExportRow = Readonly<Record<string, Cell>>;

/** Rows after a place, and the id of the last one; `undefined` when there are no more after them. */
export interface ExportPage {
  readonly rows: readonly ExportRow[];
  readonly place: string | undefined;
}

/** $1 to $3 of `withinDays`; $4: ids above; $5: ids below. The ids limit what is read, and are the place where a run continues. */
const statement = ({ table, joins = '', order, columns }: ExportSource): string => `
  SELECT b.id AS "$place", ${Object.entries(columns)
    .map(([name, { sql }]) => `${sql} AS "${name}"`)
    .join(', ')}
  FROM (
    SELECT * FROM ${table} WHERE id > $4::uuid AND id < $5::uuid AND ${withinDays('created_at')} ORDER BY id LIMIT ${PAGE}) b
  ${joins} ORDER BY b.id${order ? `, ${order}` : ''}`;

const statements = Object.fromEntries(Object.entries(exportSources).map(([kind, source]) => [kind, statement(source)]));

/** Reads the rows of files, page by page. */
@Injectable()
export class ExportRows {
  constructor(private readonly tx: Transaction) {}

  /** Returns the rows after a place. */
  async after(
    kind: Exclude<ExportKind, 'sales'>,
    parameters: ExportParameters,
    place: string | null,
  ): Promise<ExportPage> {
    const [first, end] = idsNear(parameters);
    const { from, to, timeZone } = parameters;
    const found = await this.tx.query(statements[kind]!, [from, to, timeZone, place ?? first, end]);
    const { columns } = exportSources[kind];
    const places = new Set(found.map((row) => row['$place']));
    const last = found.at(-1)?.['$place'] as string | undefined;
    return { rows: found.map((row) => present(columns, row)), place: places.size < PAGE ? undefined : last };
  }
}

function present(columns: Readonly<Record<string, ExportColumn>>, row: Readonly<Record<string, unknown>>): ExportRow {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, cellOf(column, row[name])]));
}

function cellOf({ prefix }: ExportColumn, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (prefix) return encodeId(prefix, value as never);
  return value instanceof Date ? value.toISOString() : (value as Cell);
}
