import { ApiPropertyOptional } from '@nestjs/swagger';
import { OrderView } from '../orders/index.js';
import { isUnderWay, PaymentView } from '../payments/index.js';
import type { PlacedOrder } from './checkout.service.js';

/** An order as it was placed, with its payment when one was asked for. */
export class PlacedOrderView extends OrderView {
  @ApiPropertyOptional({
    type: PaymentView,
    nullable: true,
    description: 'Only where the request asked for a payment; null for an order that costs nothing',
  })
  readonly payment?: PaymentView | null;
}

/** Whether a repeat of the request is to get the present state of order and payment instead. */
export function isProvisional({ payment }: PlacedOrder): boolean {
  return payment ? isUnderWay(payment) : false;
}
