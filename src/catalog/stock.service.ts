import { Injectable } from '@nestjs/common';
import { NotFound, ValidationFailed } from '../shared/errors.js';
import { encodeId, type ProductId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { Transaction, violatedConstraint } from '../platform/database/index.js';
import { type Page, pageOf } from '../platform/http/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { StockBelowReserved } from './catalog.errors.js';
import { stockAdjusted } from './catalog.events.js';
import { MAX_ON_HAND, type MovementId, type StockMovement } from './domain/stock.js';
import { StockRepository } from './stock.repository.js';

/** Adjustments of stock by people, and the stock journal. `StockReservations` does what orders do to stock. */
@Injectable()
export class StockService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: StockRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Adds `delta` pieces to the stock on hand; a negative `delta` removes them.
   * @throws NotFound, StockBelowReserved, ValidationFailed if the stock would exceed the maximum
   */
  async adjust(caller: Caller, id: ProductId, delta: number, reason: string): Promise<StockMovement> {
    try {
      return await this.tx.run(async () => {
        const adjustment = await this.repository.adjust(id, delta, reason, caller.userId);
        if (!adjustment) throw new NotFound('product', encodeId('prd', id));
        this.outbox.record(stockAdjusted(adjustment));
        return adjustment.movement;
      });
    } catch (error) {
      throw refusal(error, delta);
    }
  }

  /** Returns the stock journal of the product, newest first. @throws NotFound */
  async movements(id: ProductId, before: MovementId | undefined, limit: number): Promise<Page<StockMovement>> {
    const rows = await this.repository.movements(id, before, limit + 1);
    if (rows.length === 0 && !(await this.repository.exists(id))) throw new NotFound('product', encodeId('prd', id));
    return pageOf(rows, limit, (movement) => [movement.id]);
  }
}

function refusal(error: unknown, delta: number): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === 'stock_not_oversold') return new StockBelowReserved(delta);
  if (constraint !== 'stock_not_absurd') return error;
  const message = `would leave more than ${MAX_ON_HAND} pieces`;
  return new ValidationFailed([{ pointer: '/delta', code: 'max', message }]);
}
