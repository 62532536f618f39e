import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserId } from '../shared/ids.js';
import { LiveLogRepository } from './live-log.repository.js';

/** About 150 bytes each. */
const CAPACITY = 20_000;

/** The customers of orders, which never change. */
@Injectable()
export class OrderOwners {
  private readonly known = new LRUCache<string, UserId>({ max: CAPACITY });

  constructor(private readonly repository: LiveLogRepository) {}

  /** Returns customers by the public ids of their orders. */
  async of(orderIds: readonly string[]): Promise<ReadonlyMap<string, UserId>> {
    const wanted = [...new Set(orderIds)];
    const unknown = wanted.filter((id) => !this.known.has(id));
    if (unknown.length > 0) {
      for (const { orderId, customerId } of await this.repository.customersOf(unknown))
        this.known.set(orderId, customerId);
    }
    return new Map(
      wanted.flatMap((id) => {
        const customer = this.known.get(id);
        return customer ? [[id, customer] as const] : [];
      }),
    );
  }
}
