import { Injectable } from '@nestjs/common';
import { In, LessThan, Like, type Repository } from 'typeorm';
import type { AccountId, LedgerTransactionId, OrderId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { AccountCode, AccountType } from './domain/chart.js';
import type { TransactionKind } from './domain/kinds.js';
import { LAST_ID, until } from './domain/ledger-time.js';
import { LedgerAccountEntity } from './ledger-account.entity.js';
import { LedgerEntryEntity, LedgerTransactionEntity } from './ledger-transaction.entity.js';

/** An account with its balance: minor units as decimal digits, because sums are unbounded; debits are positive. */
export interface Account {
  readonly id: AccountId;
  readonly code: AccountCode;
  readonly type: AccountType;
  readonly currency: string;
  readonly balance: string;
  readonly createdAt: Date;
}

export interface AccountFilter {
  readonly id?: AccountId | undefined;
  readonly code?: string | undefined;
  readonly currency?: string | undefined;
  readonly before?: AccountId | undefined;
  readonly at?: Date | undefined;
  readonly limit: number;
}

/** One side of a posting, with its transaction. */
export interface AccountEntry {
  readonly transactionId: LedgerTransactionId;
  readonly position: number;
  readonly amount: number;
  readonly kind: TransactionKind;
  readonly orderId: OrderId | null;
}

/** Where a page of entries starts, and where it ends. */
export interface EntryRange {
  readonly before?: readonly [id: LedgerTransactionId, position: number] | undefined;
  readonly at?: Date | undefined;
  readonly limit: number;
}

/**
 * A balance is the sum of three disjoint parts: the sealed hours before $2, the unsealed entries from before $2, and the
 * entries from $3 to $4 in that hour. One statement reads all three, as of one moment.
 */
const BALANCES = `
  WITH unsealed AS (
    SELECT e.account_id, sum(e.amount) AS amount
    FROM ledger_unsealed u JOIN ledger_entries e ON e.transaction_id = u.transaction_id
    WHERE u.transaction_id < $3 AND e.account_id = ANY ($1::uuid[]) GROUP BY e.account_id
  )
  SELECT a.id, (
      coalesce((SELECT sum(r.amount) FROM ledger_rollups r WHERE r.account_id = a.id AND r.hour < $2), 0)
      + coalesce(u.amount, 0)
      + coalesce((SELECT sum(e.amount) FROM ledger_entries e
                  WHERE e.account_id = a.id AND e.transaction_id BETWEEN $3 AND $4), 0)
    )::text AS balance
  FROM unnest($1::uuid[]) AS a (id) LEFT JOIN unsealed u ON u.account_id = a.id`;

/** Reads accounts, their balances and their entries. */
@Injectable()
export class AccountsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Newest first. */
  async list({ id, code, currency, before, at, limit }: AccountFilter): Promise<Account[]> {
    const accounts = await this.accounts.find({
      where: {
        ...(before && { id: LessThan(before) }),
        ...(id && { id }),
        ...(code !== undefined && { code: code as AccountCode }),
        ...(currency !== undefined && { currency }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
    const balances = await this.balances(accounts, at);
    return accounts.map((account) => ({ ...account, balance: balances.get(account.id)! }));
  }

  /** Returns the accounts of sales with taxes, of their refunds and discounts, of charges, and of the taxes. */
  ofTaxes(): Promise<LedgerAccountEntity[]> {
    return this.accounts.findBy([
      { code: Like('sales:%') },
      { code: Like('refunds:%') },
      { code: Like('discounts:%') },
      { code: Like('charges:%') },
      { code: Like('vat_payable:%') },
    ]);
  }

  exists(id: AccountId): Promise<boolean> {
    return this.accounts.existsBy({ id });
  }

  /** Newest first. */
  async entries(id: AccountId, { before = [LAST_ID, 0], at, limit }: EntryRange): Promise<AccountEntry[]> {
    const last = [until(at).last, before[0]].toSorted()[0]; // one bound, so that the index scan starts at the page
    const page = await this.tx
      .repository(LedgerEntryEntity)
      .createQueryBuilder('e')
      .where('e.accountId = :id AND e.transactionId <= :last', { id, last })
      .andWhere('(e.transactionId, e.position) < (:from::uuid, :position::bigint)', {
        from: before[0],
        position: before[1],
      })
      .orderBy({ 'e.transactionId': 'DESC', 'e.position': 'DESC' })
      .limit(limit)
      .getMany();
    const posted = await this.transactionsOf(page);
    return page.map(({ transactionId, position, amount }) => {
      const { kind, orderId } = posted.get(transactionId)!;
      return { transactionId, position, amount, kind, orderId };
    });
  }

  /** Returns the balances of accounts by id: minor units as decimal digits, because sums are unbounded; debits are positive. */
  async balances(accounts: readonly LedgerAccountEntity[], at?: Date): Promise<ReadonlyMap<AccountId, string>> {
    const { hour, first, last } = until(at);
    const parameters = [accounts.map(({ id }) => id), hour, first, last];
    const rows = await this.tx.query<{ id: AccountId; balance: string }>(BALANCES, parameters);
    return new Map(rows.map(({ id, balance }) => [id, balance]));
  }

  /** Read after the page, so that no plan of a join reads more than the page. */
  private async transactionsOf(page: readonly LedgerEntryEntity[]) {
    const found = await this.tx.repository(LedgerTransactionEntity).find({
      select: { id: true, kind: true, orderId: true },
      where: { id: In([...new Set(page.map(({ transactionId }) => transactionId))]) },
    });
    return new Map(found.map((transaction) => [transaction.id, transaction]));
  }

  private get accounts(): Repository<LedgerAccountEntity> {
    return this.tx.repository(LedgerAccountEntity);
  }
}
