import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { encodeId, type LedgerTransactionId } from '../shared/ids.js';
import { type Page, pageOf } from '../platform/http/index.js';
import { type LedgerTransaction, type TransactionFilter, TransactionsRepository } from './transactions.repository.js';

/** Reads ledger transactions. */
@Injectable()
export class TransactionsService {
  constructor(private readonly repository: TransactionsRepository) {}

  async list(filter: TransactionFilter): Promise<Page<LedgerTransaction>> {
    const transactions = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(transactions, filter.limit, ({ id }) => [id]);
  }

  /** Locks the transaction until the running database transaction ends; other callers of `lock` wait. */
  lock(id: LedgerTransactionId): Promise<void> {
    return this.repository.lock(id);
  }

  /** @throws NotFound */
  async read(id: LedgerTransactionId): Promise<LedgerTransaction> {
    const transaction = await this.repository.find(id);
    if (!transaction) throw new NotFound('ledger transaction', encodeId('txn', id));
    return transaction;
  }
}
