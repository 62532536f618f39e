import type { EntityManager } from 'typeorm';
import type { RowClaims } from './grouping/row-claims.js';
import type { PipelinedConnection } from './wire/pipelined-connection.js';

/** The running transaction, as one use case in it sees it. */
export interface TransactionContext {
  readonly connection: PipelinedConnection;
  readonly typeOrm: EntityManager;
  /** By collector: what it has collected, and how to write that just before the commit. */
  readonly collections: Map<object, Collection>;
  /** What to do once the transaction has ended, however it did; all use cases of a group share the list. */
  readonly afterwards: (() => void)[];
  /** In a group: which of its use cases holds each row. */
  readonly claims?: RowClaims;
  /** Whether the use case may have written. */
  wrote: boolean;
}

interface Collection {
  readonly value: unknown;
  readonly flush: () => void;
}

/** A use case, run with the context of its transaction. */
export type UseCase<T> = (context: TransactionContext) => Promise<T>;
