import { Injectable } from '@nestjs/common';
import type { UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { DeclaredStatus } from './domain/tax-status-change.js';
import { TaxStatusEntity } from './tax-status.entity.js';

/** An erased account keeps nothing. */
const ACCOUNT = 'SELECT id FROM users WHERE id = $1 AND erased_at IS NULL';

/** Queries and locks of tax statuses. */
@Injectable()
export class TaxStatusesRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns whether there is such an account. With `lock`, nobody else changes it or its tax status until the transaction ends. */
  async isKnown(userId: UserId, lock = false): Promise<boolean> {
    const found = await this.tx.query<{ id: UserId }>(lock ? `${ACCOUNT} FOR NO KEY UPDATE` : ACCOUNT, [userId]);
    return found.length > 0;
  }

  /** Null if the account has none. */
  find(userId: UserId): Promise<TaxStatusEntity | null> {
    return this.tx.repository(TaxStatusEntity).findOneBy({ userId });
  }

  /** The same, and nobody else changes it until the transaction ends. */
  lock(userId: UserId): Promise<TaxStatusEntity | null> {
    return this.tx.repository(TaxStatusEntity).findOne({ where: { userId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Writes the status of a locked account. */
  async save(userId: UserId, status: DeclaredStatus): Promise<TaxStatusEntity> {
    return this.tx.repository(TaxStatusEntity).save({ ...status, userId });
  }
}
