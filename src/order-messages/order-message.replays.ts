import { Injectable } from '@nestjs/common';
import type { KeptAnswer, Replays } from '../platform/idempotency/index.js';
import { decodeId } from '../shared/ids.js';
import { OrderMessagesService } from './order-messages.service.js';

/** Replays of posted messages: a caller who may write about the order no longer gets none. */
@Injectable()
export class OrderMessageReplays implements Replays {
  constructor(private readonly messages: OrderMessagesService) {}

  async reread({ caller, params }: KeptAnswer): Promise<undefined> {
    const id = decodeId('ord', params.id ?? '');
    if (id) await this.messages.assertMayPost(caller, id);
  }
}
