import { Injectable } from '@nestjs/common';
import { decodeId } from '../shared/ids.js';
import type { KeptAnswer, Replays } from '../platform/idempotency/index.js';
import { OrdersService } from './orders.service.js';

/** Replays of requests about an order: a caller who may no longer read the order gets no replay. */
@Injectable()
export class OrderReplays implements Replays {
  constructor(private readonly orders: OrdersService) {}

  async reread({ caller, params }: KeptAnswer): Promise<undefined> {
    const id = decodeId('ord', params.id ?? '');
    if (id) await this.orders.read(caller, id);
  }
}
