import { Injectable } from '@nestjs/common';
import { decodeId, type Id, type IdPrefix } from '../../shared/ids.js';
import type { KeptAnswer, Replays } from '../../platform/idempotency/index.js';
import { OrdersService } from '../../orders/index.js';
import type { Payment } from '../domain/payment.js';
import { PaymentsService } from './payments.service.js';

/** Replays of paying, capturing and cancelling a payment. */
@Injectable()
export class PaymentReplays implements Replays {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsService,
  ) {}

  async reread({ caller, params, body, refused, provisional }: KeptAnswer): Promise<Payment | undefined> {
    const orderId = decodeId('ord', params.id ?? '');
    if (refused && orderId) return void (await this.orders.read(caller, orderId));
    const payment = await this.payments.read(caller, idOf('pay', refused ? params.id : body.id));
    return provisional ? payment : undefined;
  }
}

/** Whether an operation in progress will change the payment that a client sees. */
export function isUnderWay({ status, capturePending, voidPending, refundPending }: Payment): boolean {
  return ['processing', 'requires_action'].includes(status) || capturePending + voidPending + refundPending > 0;
}

/** The id that a kept answer has. @throws Error for a text that Till did not write itself */
export function idOf<P extends IdPrefix>(prefix: P, text: unknown): Id<P> {
  const id = decodeId(prefix, String(text));
  if (!id) throw new Error(`The kept answer names no ${prefix}_ id.`);
  return id;
}
