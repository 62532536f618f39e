import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type OrderId } from '../shared/ids.js';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { StockReservations } from '../catalog/index.js';
import { fulfillOrder } from './domain/fulfill-order.js';
import type { LineQuantity } from './domain/order-lines.js';
import { productsOf } from './domain/order-products.js';
import { orderEvent, orderFulfilled } from './order.events.js';
import { OrderTerms } from './order-terms.js';
import { type Fulfillment, OrdersRepository } from './orders.repository.js';

export interface Shipment {
  readonly lines?: readonly LineQuantity[] | undefined;
  /** Ships in spite of an open or lost dispute about the money. */
  readonly overrideDispute?: boolean | undefined;
  readonly carrier?: string | undefined;
  readonly trackingNumber?: string | undefined;
}

/** Shipping what was ordered. */
@Injectable()
export class FulfillmentsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: OrdersRepository,
    private readonly stock: StockReservations,
    private readonly outbox: Outbox,
    private readonly terms: OrderTerms,
  ) {}

  /**
   * Ships lines of a confirmed order; all open pieces if none are named.
   * @throws Forbidden, NotFound, InvalidTransition, NothingToFulfill, OrderDisputed, OrderNotPaid, RefundInProgress,
   * OrderNotCaptured
   */
  fulfill(caller: Caller, id: OrderId, shipment: Shipment): Promise<Fulfillment> {
    if (shipment.overrideDispute) assertPermitted(caller, 'orders:override_dispute');
    return this.tx.run(async () => {
      const before = await this.repository.lock(id);
      if (!before) throw new NotFound('order', encodeId('ord', id));
      const { order: after, shipped: lines } = fulfillOrder(before, shipment.lines, shipment.overrideDispute);
      const now = this.terms.now();
      await this.stock.ship(id, productsOf(after, lines));
      const order = this.repository.save({ ...after, updatedAt: now });
      this.repository.saveLines(order);
      const fulfillment = newFulfillment(id, shipment, lines, now);
      await this.repository.insertFulfillment(fulfillment, caller.userId);
      this.outbox.record(orderFulfilled(order, fulfillment));
      if (order.status === 'completed') this.outbox.record(orderEvent('completed', order));
      return fulfillment;
    });
  }
}

function newFulfillment(
  orderId: OrderId,
  { carrier, trackingNumber }: Shipment,
  lines: readonly LineQuantity[],
  createdAt: Date,
): Fulfillment {
  return {
    id: newId<'ful'>(),
    orderId,
    carrier: carrier ?? null,
    trackingNumber: trackingNumber ?? null,
    lines,
    createdAt,
  };
}
