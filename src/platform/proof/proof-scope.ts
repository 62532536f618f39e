import type { OrderId } from '../../shared/ids.js';
import type { WrittenRows } from './tables.repository.js';

/** What a check kept at the last checkpoint, as JSON. */
export type Kept = Readonly<Record<string, unknown>>;

/** What was written since the last checkpoint. */
export interface Written {
  readonly orders: readonly OrderId[];
  /** Written rows, by table. */
  readonly rows: ReadonlyMap<string, WrittenRows>;
  /** The age of the checkpoint in transactions: a row of this age or less was written since. */
  readonly age: number;
  /** How many rows each table has. */
  readonly counts: ReadonlyMap<string, number>;
  /** By the name of a check. */
  readonly kept: Readonly<Record<string, Kept>>;
}

/** What one proof looks at: everything, or the orders that anything was written about since the last checkpoint. */
export class ProofScope {
  private constructor(private readonly written: Written | undefined) {}

  static everything(): ProofScope {
    return new ProofScope(undefined);
  }

  static changed(written: Written): ProofScope {
    return new ProofScope(written);
  }

  /** The rows written since the last checkpoint; `undefined` in a full proof. */
  get changes(): Written | undefined {
    return this.written;
  }

  /** Returns the condition that this SQL expression is the id of an order in the scope; it uses `parameters`. */
  inOrders(expression: string): string {
    return this.written === undefined ? 'true' : `${expression} = ANY($1::uuid[])`;
  }

  /** The parameters of a statement with `inOrders` conditions. */
  get parameters(): readonly unknown[] {
    return this.written === undefined ? [] : [this.written.orders];
  }

  /** The ids of rows of the table that were written since the last checkpoint; `undefined` in a full proof. */
  rows(table: string): readonly string[] | undefined {
    return this.written && (this.written.rows.get(table)?.ids ?? []);
  }

  /** Returns the places of those rows; `undefined` in a full proof. */
  places(table: string): readonly string[] | undefined {
    return this.written && (this.written.rows.get(table)?.places ?? []);
  }

  /** Returns the stored start of a check from the last checkpoint; `undefined` in a full proof. */
  kept(name: string): Kept | undefined {
    return this.written?.kept[name];
  }
}
