import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import { Transaction } from '../platform/database/index.js';
import type { OrderId, OrderMessageId } from '../shared/ids.js';
import { OrderMessageEntity } from './order-message.entity.js';

@Injectable()
export class OrderMessagesRepository {
  constructor(private readonly tx: Transaction) {}

  async insert(message: Omit<OrderMessageEntity, 'createdAt'>): Promise<OrderMessageEntity> {
    await this.messages.insert(message);
    return this.messages.findOneByOrFail({ id: message.id });
  }

  /** Newest first. */
  list(orderId: OrderId, before: OrderMessageId | undefined, take: number): Promise<OrderMessageEntity[]> {
    const found = this.messages.createQueryBuilder('m').where('m.orderId = :orderId', { orderId });
    if (before !== undefined) found.andWhere('m.id < :before', { before });
    return found.orderBy('m.id', 'DESC').take(take).getMany();
  }

  private get messages(): Repository<OrderMessageEntity> {
    return this.tx.repository(OrderMessageEntity);
  }
}
