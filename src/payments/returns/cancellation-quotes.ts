import { Injectable } from '@nestjs/common';
import type { Entry } from '../../ledger/index.js';
import {
  applyMoney,
  type Cancellation,
  type LineQuantity,
  type Order,
  OrdersService,
  piecesToCancel,
} from '../../orders/index.js';
import type { Caller } from '../../platform/access/index.js';
import { dryRun, Transaction } from '../../platform/database/index.js';
import type { OrderId, PaymentId } from '../../shared/ids.js';
import { PaymentPostings } from '../attempts/payment-postings.js';
import { planReturn, type ReturnPlan } from '../domain/return-plan.js';
import { type LockedReturnable, Returnables } from './returnables.js';

/** Money that goes back to one payment, in minor units, and what the ledger gets for it. */
export interface QuotedReturn {
  readonly kind: 'void' | 'refund';
  readonly paymentId: PaymentId;
  readonly amount: number;
  readonly entries: readonly Entry[];
}

/** What a cancellation would do. */
export interface CancellationQuote {
  /** The order after it. */
  readonly order: Order;
  /** The pieces whose stock is free then. */
  readonly released: readonly LineQuantity[];
  /** What Till returns at once; a payment in progress is returned once its outcome is known. */
  readonly returns: readonly QuotedReturn[];
}

/** Says what cancellations would do: the order is cancelled by the same code, and its returns planned, and all is taken back. */
@Injectable()
export class CancellationQuotes {
  constructor(
    private readonly tx: Transaction,
    private readonly orders: OrdersService,
    private readonly returnables: Returnables,
    private readonly postings: PaymentPostings,
  ) {}

  /** Changes no row and calls no provider. @throws NotFound, and as `OrdersService.cancel` */
  of(caller: Caller, id: OrderId, wanted: Cancellation): Promise<CancellationQuote> {
    return dryRun(this.tx, async () => {
      // Payments are locked before stock, as everywhere.
      const before = await this.orders.withLines((await this.returnables.lock(id)).order);
      const order = await this.orders.cancel(caller, id, wanted);
      const given = await this.returnables.lock(id);
      const released = piecesToCancel(before, wanted.lines, caller.permissions.has('orders:write'));
      return { order, released, returns: this.returnsOf(given, planReturn(given)) };
    });
  }

  private returnsOf({ order: owing }: LockedReturnable, { steps }: ReturnPlan): QuotedReturn[] {
    let order = owing;
    const returns: QuotedReturn[] = [];
    for (const { do: kind, payment, amount } of steps) {
      const about = { kind, paymentId: payment.id, amount };
      if (kind === 'void') {
        returns.push({ ...about, entries: [] });
        continue;
      }
      const refund = this.postings.entriesOfRefund(order, payment, amount);
      order = applyMoney(refund.order, { refunded: amount });
      returns.push({ ...about, entries: refund.entries });
    }
    return returns;
  }
}
