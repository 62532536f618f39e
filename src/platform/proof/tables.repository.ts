import { Injectable } from '@nestjs/common';
import type { OrderId } from '../../shared/ids.js';
import { Transaction } from '../database/index.js';
import type { ProvenTable } from './proven-table.js';

/** The rows of one table, counted. */
export interface TableCount {
  readonly rows: number;
  /** Rows that were written before the last checkpoint (all, without one), and before the snapshot's oldest open transaction. */
  readonly settledBefore: number;
  readonly settledNow: number;
}

export interface TableScan extends TableCount {
  /** The ids of rows that were written since the last checkpoint. */
  readonly written: readonly string[];
}

/** Ages of the last checkpoint and of the snapshot's oldest open transaction, in transactions. */
export interface Ages {
  readonly before: number;
  readonly now: number;
}

const COLUMNS = `
  SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`;

const COUNTS = `count(*) AS rows, count(*) FILTER (WHERE age(xmin) > $1::int) AS "settledBefore",
  count(*) FILTER (WHERE age(xmin) > $2::int) AS "settledNow"`;

/** Reads the tables that are proven, whatever module they belong to, as they describe themselves. */
@Injectable()
export class TablesRepository {
  constructor(private readonly tx: Transaction) {}

  /** The names of the table's columns, sorted. */
  async columns({ table }: ProvenTable): Promise<string[]> {
    return (await this.tx.query<{ name: string }>(COLUMNS, [table])).map(({ name }) => name);
  }

  /**
   * Counts the rows, and lists those that were written since the last checkpoint. Every row says which transaction wrote it
   * (its `xmin`), whoever that was and whatever it says of itself.
   */
  async scan({ table, id }: ProvenTable, ages: Ages): Promise<TableScan> {
    const [row] = await this.tx.query<TableScan & Record<string, unknown>>(
      `SELECT ${COUNTS},
        coalesce(array_agg(${id}::text) FILTER (WHERE age(xmin) <= $1::int), '{}') AS written
      FROM ${table}`,
      [ages.before, ages.now],
    );
    return row!;
  }

  /** Counts the rows, without a list. */
  async count({ table }: ProvenTable, ages: Ages): Promise<TableCount> {
    const [row] = await this.tx.query<TableCount & Record<string, unknown>>(`SELECT ${COUNTS} FROM ${table}`, [
      ages.before,
      ages.now,
    ]);
    return row!;
  }

  /** The orders that these rows belong to. */
  async ordersOf(table: ProvenTable, all: readonly ProvenTable[], ids: readonly string[]): Promise<OrderId[]> {
    if (table.order === undefined || ids.length === 0) return [];
    const rows = await this.tx.query<{ id: OrderId | null }>(
      `SELECT DISTINCT ${orderOf(table, 't', all)} AS id FROM ${table.table} t WHERE t.${table.id} = ANY($1::uuid[])`,
      [ids],
    );
    return rows.flatMap(({ id }) => id ?? []);
  }
}

/** An expression for the order of the row `alias`. */
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
