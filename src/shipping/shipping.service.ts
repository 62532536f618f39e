import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { assertMatches, type Page, pageOf } from '../platform/http/index.js';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type ShippingMethodId } from '../shared/ids.js';
import type { ShippingMethod } from './domain/shipping-method.js';
import { changeMethod, type MethodChange, newMethod, type WantedMethod } from './domain/shipping-terms.js';
import { ShippingUnavailable } from './shipping.errors.js';
import type { ShippingMethodEntity } from './shipping-method.entity.js';
import { type MethodFilter, ShippingRepository } from './shipping.repository.js';

/** Makes, changes and reads shipping methods. */
@Injectable()
export class ShippingService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: ShippingRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws ValidationFailed */
  create(wanted: WantedMethod): Promise<ShippingMethodEntity> {
    return this.tx.run(async () => {
      const id = newId<'shm'>();
      const values = newMethod(wanted);
      await this.repository.insert({ ...values, id });
      this.audit.record({ action: 'shipping_method.created', target: targetOf(id), after: { ...values } });
      return this.read(id);
    });
  }

  /** Active methods, newest first. */
  async list({ take: limit, ...filter }: MethodFilter): Promise<Page<ShippingMethodEntity>> {
    return pageOf(await this.repository.list({ ...filter, take: limit + 1 }), limit, ({ id }) => [id]);
  }

  /** Returns the newest active methods for orders in this currency that ship to this country, or to any one when it is not known. */
  offered(currency: string, country: string | undefined, take: number): Promise<readonly ShippingMethod[]> {
    return this.repository.list({ currency, country, take });
  }

  /** @throws NotFound */
  async read(id: ShippingMethodId): Promise<ShippingMethodEntity> {
    const method = await this.repository.find(id);
    if (!method) throw new NotFound('shipping method', encodeId('shm', id));
    return method;
  }

  /** Whether one of these methods costs less from an amount, a number of pieces or a weight on. */
  async isPricedByGoods(ids: readonly ShippingMethodId[]): Promise<boolean> {
    const methods = await Promise.all(ids.map((id) => this.read(id)));
    return methods.some(({ freeFrom, ratedBy }) => freeFrom !== null || ratedBy !== null);
  }

  /** Returns the method that an order names; orders that are placed at once share the statement. @throws ShippingUnavailable */
  async forOrder(id: ShippingMethodId): Promise<ShippingMethod> {
    const method = await this.repository.ofOrder(id);
    if (!method) throw new ShippingUnavailable('is unknown');
    return method;
  }

  /** Orders keep the charges they have. @throws NotFound, PreconditionFailed if `ifMatch` names another version */
  change(id: ShippingMethodId, change: MethodChange, ifMatch?: string): Promise<ShippingMethodEntity> {
    return this.tx.run(async () => {
      const method = await this.repository.lock(id);
      if (!method) throw new NotFound('shipping method', encodeId('shm', id));
      assertMatches(ifMatch, method.version);
      const before = { ...method };
      await this.repository.save(changeMethod(method, change));
      const after = await this.read(id);
      if (after.version !== before.version) this.audit.record(changed(before, after));
      return after;
    });
  }

  /** No new order gets it. @throws NotFound */
  async archive(id: ShippingMethodId, ifMatch?: string): Promise<void> {
    await this.change(id, { status: 'archived' }, ifMatch);
  }
}

const targetOf = (id: ShippingMethodId) => ({ type: 'shipping_method', id: encodeId('shm', id) });
const TIMES = new Set(['version', 'createdAt', 'updatedAt']);

/** The fields that differ. Amounts are minor units. */
function changed(before: ShippingMethodEntity, after: ShippingMethodEntity) {
  const names = (Object.keys(after) as (keyof ShippingMethodEntity)[]).filter(
    (name) => !TIMES.has(name) && !isDeepStrictEqual(before[name], after[name]),
  );
  const of = (method: ShippingMethodEntity) => Object.fromEntries(names.map((name) => [name, method[name]]));
  return { action: 'shipping_method.changed', target: targetOf(after.id), before: of(before), after: of(after) };
}
