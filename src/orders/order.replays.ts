import { Injectable } from '@nestjs/common';
import { decodeId } from '../shared/ids.js';
import type { KeptAnswer, Replays } from '../platform/idempotency/index.js';
import { OrdersService } from './orders.service.js';

/** Repeats of what is done with orders: whoever may not read the order any more gets no answer about it. */
@Injectable()
export class OrderReplays implements Replays {
  constructor(private readonly orders: OrdersService) {}

  async reread({ caller, params, body }: KeptAnswer): Promise<undefined> {
    // A refusal to place an order names none.
    const id = decodeId('ord', params.id ?? String(body.id));
    if (id) await this.orders.read(caller, id);
  }
}
