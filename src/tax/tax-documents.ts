import { Injectable } from '@nestjs/common';
import { newId, type OrderId, type TaxOperationId } from '../shared/ids.js';
import { Clock } from '../shared/clock.js';
import { insertMany, Transaction } from '../platform/database/index.js';
import { sumsOf, type WantedOperation } from './domain/tax-report.js';
import { TaxDocumentEntity, TaxOperationEntity } from './tax-document.entity.js';

/** What is kept of an order whose taxes a tax provider computed. */
export type TaxDocument = Pick<TaxDocumentEntity, 'provider' | 'reference'>;

const OF_PROVIDER = 'SELECT order_id AS id FROM tax_documents WHERE provider = $1 AND order_id = ANY ($2::uuid[])';
const INSERT = insertMany(TaxDocumentEntity, ['orderId', 'provider', 'currency', 'reference']);

/** The documents of taxes at a tax provider, and what it was told of them. Orders without one cost no statement. */
@Injectable()
export class TaxDocuments {
  constructor(
    private readonly tx: Transaction,
    private readonly clock: Clock,
  ) {}

  /** Writes the document of a new order, after the order. */
  insert(document: TaxDocument & Pick<TaxDocumentEntity, 'orderId' | 'currency'>): void {
    this.tx.writeBatch(INSERT, [document]);
  }

  /** Locks the document of an order until the transaction ends; undefined if it has none. */
  async lock(orderId: OrderId): Promise<TaxDocumentEntity | undefined> {
    const lock = { mode: 'pessimistic_write' } as const;
    const found = await this.tx.repository(TaxDocumentEntity).findOne({ where: { orderId }, lock });
    return found ?? undefined;
  }

  /** Returns those of the orders that have a document at this provider. */
  async ofProvider(provider: string, orderIds: readonly OrderId[]): Promise<OrderId[]> {
    if (orderIds.length === 0) return [];
    const found = await this.tx.query<{ id: OrderId }>(OF_PROVIDER, [provider, orderIds]);
    return found.map(({ id }) => id);
  }

  /** Returns what the provider is told of an order, oldest first. */
  operations(orderId: OrderId): Promise<TaxOperationEntity[]> {
    return this.tx.repository(TaxOperationEntity).find({ where: { orderId }, order: { id: 'ASC' } });
  }

  /** Adds what the provider of a locked document is to be told. */
  async add(orderId: OrderId, { kind, groups }: WantedOperation): Promise<TaxOperationEntity> {
    const id = newId<'txo'>();
    const operation = { id, orderId, kind, groups, ...sumsOf(groups), createdAt: this.clock.now(), sentAt: null };
    await this.tx.repository(TaxOperationEntity).insert(operation);
    return operation;
  }

  /** Records that the provider acknowledged it. */
  async noteSent(id: TaxOperationId): Promise<void> {
    await this.tx.query('UPDATE tax_operations SET sent_at = now() WHERE id = $1 AND sent_at IS NULL', [id]);
  }
}
