import type { PoolClient } from 'pg';
import { type Execution, PreparedStatement, type Row, UnnamedStatement } from './protocol.js';
import { statementOf } from './prepared-statements.js';

export interface Waiting extends Omit<Execution, 'statement'> {
  readonly sql: string;
  readonly parameters: readonly unknown[] | unknown[][];
  /** Of a statement for many rows: more of them may still join. */
  readonly result?: Promise<Row[]>;
  /** Where it goes among what it leaves with, when all have a rank; otherwise they keep the order they came in. */
  readonly rank?: number | undefined;
}

export function unnamed({ sql, ...rest }: Waiting): Execution {
  return { ...rest, statement: new UnnamedStatement(sql) };
}

export async function prepared(client: PoolClient, waiting: readonly Waiting[]): Promise<Execution[]> {
  const executions: Execution[] = [];
  for (const { sql, parameters, resolve, reject } of waiting) {
    const known = statementOf(client, sql);
    const statement = known instanceof PreparedStatement ? known : await known;
    executions.push({ statement, parameters, resolve, reject });
  }
  return executions;
}

/** Whether one of the rows, which the first column names, is in the statement already. */
export function holdsAny({ parameters: [keys] }: Waiting, rows: readonly (readonly unknown[])[]): boolean {
  return rows.some(([key]) => (keys as unknown[]).includes(key));
}

/** Rows of columns as columns of rows. */
export function transposed(rows: readonly (readonly unknown[])[]): unknown[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]));
}

export function inRank(waiting: Waiting[]): Waiting[] {
  if (waiting.some(({ rank }) => rank === undefined)) return waiting;
  return waiting.toSorted((a, b) => a.rank! - b.rank!);
}
