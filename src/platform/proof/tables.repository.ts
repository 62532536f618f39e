import { Injectable } from '@nestjs/common';
import type { OrderId } from '../../shared/ids.js';
import { Transaction } from '../database/index.js';
import type { ProvenTable } from './proven-table.js';
import { writtenSince } from './row-ages.js';

/** The numbers of a table's rows. */
export interface TableCount {
  readonly rows: number;
  /** Rows that were written before the last checkpoint (all, without one), and before the snapshot's oldest open transaction. */
  readonly settledBefore: number;
  readonly settledNow: number;
}

/** Rows that were written since the last checkpoint. */
export interface WrittenRows {
  readonly ids: readonly string[];
  /** Their places (`ctid`), by which the running snapshot finds them without an index. */
  readonly places: readonly string[];
}

export interface TableScan extends TableCount {
  readonly written: WrittenRows;
}

/** Ages of the last checkpoint and of the snapshot's oldest open transaction, in transactions. */
export interface Ages {
  readonly before: number;
  readonly now: number;
}

const COLUMNS = `
  SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`;

/** Reads the proven tables of all modules, by their descriptions. */
@Injectable()
export class TablesRepository {
  constructor(private readonly tx: Transaction) {}

  /** The names of the table's columns, sorted. */
  async columns({ table }: ProvenTable): Promise<string[]> {
    return (await this.tx.query<{ name: string }>(COLUMNS, [table])).map(({ name }) => name);
  }

  /**
   * Counts the rows, and lists those written since the last checkpoint by the transaction that wrote them (`xmin`). It scans the whole
   * table, so it runs once and does little per row.
   */
  async scan(table: ProvenTable, ages: Ages): Promise<TableScan> {
    const [scan] = await this.tx.query<{ rows: number; places: string[] }>(
      `SELECT count(*) AS rows, coalesce(array_agg(ctid::text) FILTER (WHERE ${writtenSince('t', '$1::int')}), '{}') AS places
      FROM ${table.table} t`,
      [ages.before],
    );
    const { rows, places } = scan!;
    const written = places.length === 0 ? [] : await this.at(table, places, ages.now);
    const settledBefore = rows - places.length;
    const settledNow = settledBefore + written.filter(({ settled }) => settled).length;
    return { rows, settledBefore, settledNow, written: { ids: written.map((row) => row.id), places } };
  }

  /** Counts the rows, without a list. */
  async count({ table }: ProvenTable, ages: Ages): Promise<TableCount> {
    const [row] = await this.tx.query<TableCount & Record<string, unknown>>(
      `SELECT count(*) AS rows, count(*) FILTER (WHERE age(xmin) > $1::int) AS "settledBefore",
        count(*) FILTER (WHERE age(xmin) > $2::int) AS "settledNow" FROM ${table}`,
      [ages.before, ages.now],
    );
    return row!;
  }

  /** Returns the orders of the rows at these places. */
  async ordersOf(table: ProvenTable, all: readonly ProvenTable[], places: readonly string[]): Promise<OrderId[]> {
    if (table.order === undefined || places.length === 0) return [];
    const rows = await this.tx.query<{ id: OrderId | null }>(
      `SELECT DISTINCT ${orderOf(table, 't', all)} AS id FROM ${table.table} t WHERE t.ctid = ANY($1::tid[])`,
      [places],
    );
    return rows.flatMap(({ id }) => id ?? []);
  }

  private at(
    { table, id }: ProvenTable,
    places: readonly string[],
    now: number,
  ): Promise<{ id: string; settled: boolean }[]> {
    return this.tx.query<{ id: string; settled: boolean }>(
      `SELECT ${id}::text AS id, age(xmin) > $2::int AS settled FROM ${table} WHERE ctid = ANY($1::tid[])`,
      [places, now],
    );
  }
}

/** Returns an SQL expression for the order of the row `alias`. */
function orderOf({ order = [] }: ProvenTable, alias: string, all: readonly ProvenTable[]): string {
  if (typeof order === 'string') return `${alias}.${order}`;
  const ways = order.map(({ via, column }) => {
    const next = all.find(({ table }) => table === via);
    if (!next) throw new Error(`The table ${via} is not registered with the proof.`);
    const name = `${alias}_${via}`;
    return `(SELECT ${orderOf(next, name, all)} FROM ${via} ${name} WHERE ${name}.${next.id} = ${alias}.${column})`;
  });
  return `coalesce(${ways.join(', ')})`;
}
