import type { IdPrefix } from '../../shared/ids.js';

/** A table of what must not be lost, and what the proof relies on to see a change of each of its columns. */
export interface ProvenTable {
  readonly table: string;
  /** Names the table in sealed rows; never reused. */
  readonly code: number;
  /** The column that names a row, and the prefix of its public form. */
  readonly id: string;
  readonly prefix: IdPrefix;
  /** How a row leads to its order: the column that has the order's id, or columns that name rows of other tables, which lead on. */
  readonly order?: string | readonly { readonly via: string; readonly column: string }[];
  /** Whether Till only adds rows, and never changes or deletes one. */
  readonly appendOnly: boolean;
  /**
   * Whether rows are sealed: the worker keeps a digest of the columns that never change, and the proof compares it.
   * A condition seals only those rows.
   */
  readonly sealed: boolean | string;
  /** An SQL expression over `t` that is sealed beside the columns: rows that belong to this one. */
  readonly sealedWith?: string;
  /** Columns that Till changes, or that other seals cover; rules prove each of them. */
  readonly proven: readonly string[];
  /** Columns that say nothing of what must not be lost, with the reason. They are neither sealed nor proven. */
  readonly ignored: Readonly<Record<string, string>>;
  /** Values of a proven column between which the proof makes no difference, with the reason. */
  readonly alike?: { readonly column: string; readonly values: readonly string[]; readonly reason: string };
}

/** The columns of the table that are sealed: all but those that rules prove and those that mean nothing here. */
export function sealedColumns({ proven, ignored }: ProvenTable, columns: readonly string[]): string[] {
  return columns.filter((column) => !proven.includes(column) && !(column in ignored));
}
