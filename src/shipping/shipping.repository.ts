import { Injectable } from '@nestjs/common';
import type { QueryDeepPartialEntity, Repository } from 'typeorm';
import { type BatchQuery, columnsOf, type Row, Transaction } from '../platform/database/index.js';
import type { ShippingMethodId } from '../shared/ids.js';
import type { ShippingMethod } from './domain/shipping-method.js';
import { ShippingMethodEntity } from './shipping-method.entity.js';

/** Filters of a list of methods. */
export interface MethodFilter {
  readonly country?: string | undefined;
  readonly currency?: string | undefined;
  readonly before?: ShippingMethodId | undefined;
  readonly take: number;
}

/** Of the orders that are placed at once, as one statement. */
const NAMED = {
  sql: `SELECT ${columnsOf(ShippingMethodEntity, 'm')} FROM shipping_methods m WHERE m.id = ANY ($1::uuid[])`,
  key: 'id',
} as const satisfies BatchQuery;

/** Queries and locks of shipping methods. */
@Injectable()
export class ShippingRepository {
  constructor(private readonly tx: Transaction) {}

  async insert(values: ShippingMethod): Promise<void> {
    await this.methods.insert(values as unknown as QueryDeepPartialEntity<ShippingMethodEntity>);
  }

  find(id: ShippingMethodId): Promise<ShippingMethodEntity | null> {
    return this.methods.findOneBy({ id });
  }

  /** Returns the method that an order names. */
  async ofOrder(id: ShippingMethodId): Promise<ShippingMethod | undefined> {
    const [method] = await this.tx.queryBatch<ShippingMethod & Row>(NAMED, [[id]]);
    return method;
  }

  /** Locks the method until the transaction ends. */
  lock(id: ShippingMethodId): Promise<ShippingMethodEntity | null> {
    return this.methods.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Active methods, newest first. */
  list({ country, currency, before, take }: MethodFilter): Promise<ShippingMethodEntity[]> {
    const found = this.methods.createQueryBuilder('m').where(`m.status = 'active'`);
    if (country !== undefined)
      found.andWhere('(:country = ANY (m.countries) OR cardinality(m.countries) = 0)', { country });
    if (currency !== undefined) found.andWhere('m.currency = :currency', { currency });
    if (before !== undefined) found.andWhere('m.id < :before', { before });
    return found.orderBy('m.id', 'DESC').take(take).getMany();
  }

  /** Writes the fields that differ from the row. The row gets a new version if any does. */
  async save(method: ShippingMethodEntity): Promise<void> {
    await this.methods.save(method);
  }

  private get methods(): Repository<ShippingMethodEntity> {
    return this.tx.repository(ShippingMethodEntity);
  }
}
