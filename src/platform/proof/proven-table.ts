import type { IdPrefix } from '../../shared/ids.js';

/** A table with data that must not be lost, and how the proof detects a change of each of its columns. */
export interface ProvenTable {
  readonly table: string;
  /** Names the table in sealed rows; never reused. */
  readonly code: number;
  /** The column that names a row, and the prefix of its public form. */
  readonly id: string;
  readonly prefix: IdPrefix;
  /** How to find the order of a row: the column with the order's id, or columns that refer to rows of other tables. */
  readonly order?: string | readonly { readonly via: string; readonly column: string }[];
  /** Whether the table is append-only. */
  readonly appendOnly: boolean;
  /**
   * Whether rows are sealed: the worker stores a digest of the columns that never change, and the proof compares it. With a condition,
   * only those rows are sealed.
   */
  readonly sealed: boolean | string;
  /** An SQL expression over `t` that is sealed with the columns, for rows that belong to this one. */
  readonly sealedWith?: string;
  /** Columns that Till changes or other seals cover. Rules prove each of them. */
  readonly proven: readonly string[];
  /** Columns without important data, with the reason. They are neither sealed nor proven. */
  readonly ignored: Readonly<Record<string, string>>;
  /** Values of a proven column that the proof treats as equal, with the reason. */
  readonly alike?: readonly AlikeValues[];
}

/** Values of a proven column that the proof treats as equal. */
export interface AlikeValues {
  readonly column: string;
  readonly values: readonly string[];
  readonly reason: string;
}

/** Returns the sealed columns of the table: all except proven and unimportant ones. */
export function sealedColumns({ proven, ignored }: ProvenTable, columns: readonly string[]): string[] {
  return columns.filter((column) => !proven.includes(column) && !(column in ignored));
}
