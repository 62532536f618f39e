import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, type Repository } from 'typeorm';
import { Transaction } from '../platform/database/index.js';
import type { WebhookEndpointId } from '../shared/ids.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** What somebody says about a new endpoint. */
export type NewEndpoint = Pick<
  WebhookEndpointEntity,
  'id' | 'ownerId' | 'url' | 'description' | 'httpSignatures' | 'types' | 'createdAt' | 'updatedAt'
>;

@Injectable()
export class WebhookEndpointsRepository {
  constructor(private readonly tx: Transaction) {}

  async insert(values: NewEndpoint): Promise<WebhookEndpointEntity> {
    await this.endpoints.insert(values);
    return (await this.find(values.id))!;
  }

  find(id: WebhookEndpointId): Promise<WebhookEndpointEntity | null> {
    return this.endpoints.findOneBy({ id, deletedAt: IsNull() });
  }

  /** In the running transaction, which nobody else may change it before. */
  lock(id: WebhookEndpointId): Promise<WebhookEndpointEntity | null> {
    return this.endpoints.findOne({ where: { id, deletedAt: IsNull() }, lock: { mode: 'pessimistic_write' } });
  }

  /** Newest first. */
  list(take: number, before?: WebhookEndpointId): Promise<WebhookEndpointEntity[]> {
    const where = { deletedAt: IsNull(), ...(before && { id: LessThan(before) }) };
    return this.endpoints.find({ where, order: { id: 'DESC' }, take });
  }

  enabled(): Promise<WebhookEndpointEntity[]> {
    return this.endpoints.findBy({ status: 'enabled' });
  }

  async update(id: WebhookEndpointId, values: Partial<WebhookEndpointEntity>): Promise<void> {
    await this.endpoints.update({ id }, values);
  }

  private get endpoints(): Repository<WebhookEndpointEntity> {
    return this.tx.repository(WebhookEndpointEntity);
  }
}
