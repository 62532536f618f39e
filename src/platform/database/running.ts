import type { QueryRunner } from 'typeorm';
import type { PipelinedConnection } from './connection.js';

/** The one order in which rows are locked (design, section 3), whoever locks them. */
export const lockOrder = ['order', 'payment', 'attempt', 'stock', 'customer'] as const;
type Lockable = (typeof lockOrder)[number];
/** What is changed by adding to it; use cases of one group may do so to the same row. */
const addedTo: ReadonlySet<Lockable> = new Set(['stock']);

/**
 * A statement for any number of rows that several use cases may ask for together. Its parameters are arrays, one for each
 * column; `key` is the column of the answer that holds what the first parameter holds. `locks` says what rows it locks, in
 * the order of their keys.
 */
export interface BatchQuery {
  readonly sql: string;
  readonly key: string;
  readonly locks?: Lockable;
}

/** A transaction that runs, as one use case in it sees it. */
export interface TransactionContext {
  readonly connection: PipelinedConnection;
  readonly runner: QueryRunner;
  readonly beforeCommit: (() => void)[];
  /** Of a group: which of its members holds each row. */
  readonly claims?: Map<string, TransactionContext>;
  /** Whether it may have written. */
  wrote: boolean;
}

/** A use case, run with what its transaction gives it. */
export type UseCase<T> = (running: TransactionContext) => Promise<T>;

/** A member wants a row that another one of its group holds, so it runs again by itself. */
export class RowClaimed extends Error {}

/** Takes a row for one member of a group, so that no two change it. @throws RowClaimed when another one has it */
export function claim(running: TransactionContext, locks: Lockable, key: unknown): void {
  if (!running.claims || addedTo.has(locks)) return;
  const row = `${locks} ${String(key)}`;
  const holder = running.claims.get(row);
  if (holder && holder !== running) throw new RowClaimed(row);
  running.claims.set(row, running);
}
