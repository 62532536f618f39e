import type { FulfillmentId, OrderId } from '../../shared/ids.js';
import type { LineQuantity } from './order-lines.js';

/** A shipment of some lines. */
export interface Fulfillment {
  readonly id: FulfillmentId;
  readonly orderId: OrderId;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly lines: readonly LineQuantity[];
  readonly createdAt: Date;
}
