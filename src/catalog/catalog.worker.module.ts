import { Injectable, Module } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { SharedGauges } from '../platform/shared-gauges/index.js';

const STOCK = `
  SELECT coalesce(sum(on_hand), 0)::float8 AS on_hand, coalesce(sum(reserved), 0)::float8 AS reserved,
    (count(*) FILTER (WHERE on_hand = reserved))::float8 AS sold_out
  FROM stock_levels`;

/** Adds up the stock of all products. */
@Injectable()
export class StockMetrics {
  constructor(tx: Transaction, gauges: SharedGauges) {
    const stock = async () => (await tx.query<{ on_hand: number; reserved: number; sold_out: number }>(STOCK))[0]!;
    gauges.addSlow(
      'till_stock_pieces',
      'Pieces of all products: on hand, and reserved among them.',
      ['state'],
      async (set) => {
        const { on_hand, reserved } = await stock();
        set({ state: 'on_hand' }, on_hand);
        set({ state: 'reserved' }, reserved);
      },
    );
    gauges.addSlow('till_products_sold_out', 'Products of which no piece is available.', [], async (set) =>
      set({}, (await stock()).sold_out),
    );
  }
}

@Module({ providers: [StockMetrics] })
export class CatalogWorkerModule {}
