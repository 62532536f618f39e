import { ApiPropertyOptional } from '@nestjs/swagger';
import { OrderView } from '../orders/index.js';
import { isUnderWay, PaymentView } from '../payments/index.js';
import type { PlacedOrder } from './checkout.service.js';

/** A placed order, with its payment if the request had one. */
export class PlacedOrderView extends OrderView {
  @ApiPropertyOptional({
    type: PaymentView,
    nullable: true,
    description: 'Only where the request asked for a payment; null for an order that costs nothing',
  })
  readonly payment?: PaymentView | null;
}

/** Whether a repeat of the request gets the present state of order and payment. */
export function isProvisional({ payment }: PlacedOrder): boolean {
  return payment ? isUnderWay(payment) : false;
}
