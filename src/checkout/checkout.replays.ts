import { Injectable } from '@nestjs/common';
import { decodeId } from '../shared/ids.js';
import type { KeptAnswer, Replays } from '../platform/idempotency/index.js';
import { OrdersService } from '../orders/index.js';
import { PaymentsService } from '../payments/index.js';
import type { PlacedOrder } from './checkout.service.js';

/** Replays of placing an order: a caller who may no longer read the order or its payment gets no replay. */
@Injectable()
export class CheckoutReplays implements Replays {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsService,
  ) {}

  async reread({ caller, body, refused, provisional }: KeptAnswer): Promise<PlacedOrder | undefined> {
    if (refused) return undefined; // a refusal names no order
    const { id, payment: paid } = body as { id: string; payment?: { id: string } | null };
    const order = await this.orders.read(caller, decodeId('ord', id)!);
    if (!paid) return undefined;
    const payment = await this.payments.read(caller, decodeId('pay', paid.id)!);
    return provisional ? { order, payment } : undefined;
  }
}
