import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { isSettled, type Kept, type ProofScope } from '../platform/proof/index.js';

const SUMS = `product_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved`;
const OF_ALL = `SELECT ${SUMS} FROM stock_movements GROUP BY product_id`;
/** The sums of a checkpoint, plus the movements $1 that were written since. */
const OF_WRITTEN = `
  SELECT ${SUMS} FROM (
    SELECT product_id, on_hand AS on_hand_delta, reserved AS reserved_delta FROM proof_stock
    UNION ALL
    SELECT product_id, on_hand_delta, reserved_delta FROM stock_movements WHERE id = ANY($1::uuid[])) m
  GROUP BY product_id`;

const COUNT = `
  SELECT count(*)::int AS products, count(*) FILTER (WHERE s.xmin = c.xid::xid)::int AS own
  FROM proof_stock s LEFT JOIN proof_checkpoints c ON c.seq = s.seq`;
const CLEAR = 'DELETE FROM proof_stock';
// Materialized, since Citus takes no function of the snapshot in an INSERT that reads a table.
const SUM_ALL = `
  WITH sums AS MATERIALIZED (SELECT ${SUMS} FROM stock_movements m WHERE ${isSettled('m')} GROUP BY product_id)
  INSERT INTO proof_stock (product_id, on_hand, reserved, seq) SELECT product_id, on_hand, reserved, $1::int FROM sums`;
const ADD_WRITTEN = `
  WITH sums AS MATERIALIZED (
    SELECT ${SUMS} FROM stock_movements m WHERE m.id = ANY($2::uuid[]) AND ${isSettled('m')} GROUP BY product_id)
  INSERT INTO proof_stock AS s (product_id, on_hand, reserved, seq) SELECT product_id, on_hand, reserved, $1::int FROM sums
  ON CONFLICT (product_id) DO UPDATE
  SET seq = excluded.seq, on_hand = s.on_hand + excluded.on_hand, reserved = s.reserved + excluded.reserved`;

/** Sums of stock movements, as SQL. */
export interface Sums {
  /** Selects `product_id`, `on_hand` and `reserved`. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Sums of stock movements by product: those of a checkpoint, plus the movements written since. */
@Injectable()
export class StockSumsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the present sums. `kept` is the value that `seal` returned for the last checkpoint. */
  async sums(scope: ProofScope, kept: Kept | undefined): Promise<Sums> {
    const written = (await this.areKept(kept)) && scope.rows('stock_movements');
    return written ? { sql: OF_WRITTEN, parameters: [written] } : { sql: OF_ALL, parameters: [] };
  }

  /** Stores the sums of settled movements for checkpoint `seq`. */
  async seal(scope: ProofScope, kept: Kept | undefined, seq: number): Promise<Kept> {
    const written = (await this.areKept(kept)) && scope.rows('stock_movements');
    if (written) this.tx.write(ADD_WRITTEN, [seq, written]);
    else {
      this.tx.write(CLEAR);
      this.tx.write(SUM_ALL, [seq]);
    }
    return { products: (await this.count()).products };
  }

  /** Whether all stored sums were written by checkpoints, and none is missing. */
  private async areKept(kept: Kept | undefined): Promise<boolean> {
    if (kept === undefined) return false;
    const { products, own } = await this.count();
    return products === kept['products'] && own === products;
  }

  private async count(): Promise<{ products: number; own: number }> {
    return (await this.tx.query<{ products: number; own: number }>(COUNT))[0]!;
  }
}
