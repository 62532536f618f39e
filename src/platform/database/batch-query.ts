/**
 * A statement for any number of rows that several use cases may ask for together. Its parameters are arrays, one for each
 * column; `key` is the column of the result that holds what the first parameter holds.
 */
export interface BatchQuery {
  readonly sql: string;
  readonly key: string;
  /** Which rows it locks, in the order of their keys: a name of the lock order that `DatabaseModule.forRoot` was given. */
  readonly locks?: string;
  /** Whether use cases of one group may lock the same row, because they only add to its values. */
  readonly sharesLocks?: boolean;
}
