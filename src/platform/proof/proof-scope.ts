import type { OrderId } from '../../shared/ids.js';

/** What a check kept at the last checkpoint, as JSON. */
export type Kept = Readonly<Record<string, unknown>>;

/** Where an incremental proof starts: the last checkpoint. */
export interface Since {
  /** The age of the checkpoint in transactions: a row of this age or less may have been written since. */
  readonly age: number;
  /** By the name of a check. */
  readonly kept: Readonly<Record<string, Kept>>;
}

/** What one proof looks at: everything, or the orders that anything was written about since the last checkpoint. */
export class ProofScope {
  private constructor(
    private readonly orders: readonly OrderId[] | undefined,
    private readonly since: Since | undefined,
  ) {}

  static everything(): ProofScope {
    return new ProofScope(undefined, undefined);
  }

  static changed(orders: readonly OrderId[], since: Since): ProofScope {
    return new ProofScope(orders, since);
  }

  get isFull(): boolean {
    return this.orders === undefined;
  }

  /** The condition that this SQL expression is the id of an order to look at; it takes `parameters`. */
  inOrders(expression: string): string {
    return this.orders === undefined ? 'true' : `${expression} = ANY($1::uuid[])`;
  }

  /** The parameters of a statement with `inOrders` conditions. */
  get parameters(): readonly unknown[] {
    return this.orders === undefined ? [] : [this.orders];
  }

  /** The condition that the row of this table or alias was written since the last checkpoint; it takes `sinceParameters`. */
  isWritten(alias: string): string {
    return this.since === undefined ? 'true' : `age(${alias}.xmin) <= $1::int`;
  }

  /** The parameters of a statement with `isWritten` conditions. */
  get sinceParameters(): readonly unknown[] {
    return this.since === undefined ? [] : [this.since.age];
  }

  /** What the check of this name kept at the last checkpoint; `undefined` in a full proof. */
  kept(name: string): Kept | undefined {
    return this.since?.kept[name];
  }
}
