import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { findBroken, type Finding, ProofChecks, type ProofScope, together } from '../platform/proof/index.js';
import { provenTables } from './proven-tables.js';
import { StockSumsRepository } from './stock-sums.repository.js';

const NAME = 'stock_matches_journal';

/** Levels that differ from the sums of their journal, products without a level, and rows without a product. */
const levels = (sums: string) => `
  SELECT coalesce(p.id, l.product_id, m.product_id) AS product, l.on_hand::text AS "onHand", m.on_hand::text AS "journalOnHand",
    l.reserved::text AS reserved, m.reserved::text AS "journalReserved"
  FROM products p FULL JOIN stock_levels l ON l.product_id = p.id
  FULL JOIN (${sums}) m ON m.product_id = l.product_id
  WHERE p.id IS NULL OR (l.on_hand, l.reserved) IS DISTINCT FROM (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))`;

/** Movements that contradict their kind. */
const MOVEMENTS = `
  SELECT m.id AS movement, m.product_id AS product, m.order_id AS "order", m.kind, m.on_hand_delta::text AS "onHandDelta",
    m.reserved_delta::text AS "reservedDelta"
  FROM stock_movements m
  WHERE NOT coalesce(CASE m.kind
    WHEN 'reserve' THEN m.on_hand_delta = 0 AND m.reserved_delta > 0 AND m.order_id IS NOT NULL
    WHEN 'release' THEN m.on_hand_delta = 0 AND m.reserved_delta < 0 AND m.order_id IS NOT NULL
    WHEN 'ship' THEN m.on_hand_delta = m.reserved_delta AND m.reserved_delta < 0 AND m.order_id IS NOT NULL
    WHEN 'return' THEN m.on_hand_delta > 0 AND m.reserved_delta = 0
    WHEN 'adjust' THEN m.on_hand_delta <> 0 AND m.reserved_delta = 0 AND m.order_id IS NULL END, false)`;

/** The rules of the catalogue for the proof. */
@Injectable()
export class StockProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly sums: StockSumsRepository,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.prove(...provenTables);
    this.checks.register({
      name: NAME,
      rule: "Each product's stock on hand and reserved stock are the sums of its stock movements, and each movement fits its kind.",
      run: (scope) => this.stockMatchesJournal(scope),
      seal: (scope, seq) => this.sums.seal(scope, scope.kept(NAME), seq),
    });
  }

  private async stockMatchesJournal(scope: ProofScope): Promise<Finding> {
    const written = scope.rows('stock_movements');
    const movements = written
      ? await findBroken(this.tx, `${MOVEMENTS} AND m.id = ANY($1::uuid[])`, [written])
      : await findBroken(this.tx, MOVEMENTS);
    const { sql, parameters } = await this.sums.sums(scope, scope.kept(NAME));
    return together([movements, await findBroken(this.tx, levels(sql), parameters)]);
  }
}
