import { Injectable } from '@nestjs/common';
import { type AccountId, type LedgerTransactionId, newId, type OrderId, type UserId } from '../shared/ids.js';
import { type BatchStatement, columnsOf, insertMany, Transaction } from '../platform/database/index.js';
import { isSettled, writtenSince } from '../platform/proof/index.js';
import { type AccountCode, accountType } from './domain/chart.js';
import type { TransactionKind } from './domain/kinds.js';
import type { Entry } from './domain/posting.js';
import { timeOf } from './domain/ledger-time.js';
import type { CurrencyTotals } from './domain/totals.js';
import { LedgerAccountEntity } from './ledger-account.entity.js';
import { LedgerEntryEntity, LedgerTransactionEntity } from './ledger-transaction.entity.js';

/** The header of a ledger transaction; unique by kind and reference. */
export interface LedgerRecord {
  readonly kind: TransactionKind;
  /** The record that caused it: the attempt at the provider that moved the money, or the reversed transaction. */
  readonly referenceId: string;
  readonly orderId?: OrderId;
  /** An external name, such as the line of a bank statement; unique. */
  readonly reference?: string | undefined;
  readonly reason?: string;
  readonly actorId?: UserId;
}

/** One side of a posting, with its account. */
export interface AccountAmount {
  readonly accountId: AccountId;
  readonly amount: number;
}

interface EntryByCode extends Entry {
  readonly transactionId: LedgerTransactionId;
  readonly position: number;
  readonly currency: string;
}

const OPEN = insertMany(LedgerAccountEntity, ['id', 'code', 'currency', 'type']);
const OPEN_ACCOUNTS = { ...OPEN, sql: `${OPEN.sql} ON CONFLICT (code, currency) DO NOTHING` };
const ACCOUNTS = `
  SELECT ${columnsOf(LedgerAccountEntity, 'a', ['id', 'code'])} FROM ledger_accounts a
  WHERE a.currency = $1 AND a.code = ANY ($2)`;
const INSERT = insertMany(LedgerTransactionEntity);
const INSERT_ENTRIES = insertMany(LedgerEntryEntity);
/** Entries of accounts by code, which are opened before. An account that is missing leaves a transaction that does not balance. */
const INSERT_ENTRIES_BY_CODE: BatchStatement<EntryByCode> = {
  columns: 'transaction_id, position, account_id, amount',
  sql: `
  INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
  SELECT e.transaction_id, e.position, a.id, e.amount
  FROM (SELECT unnest($1::uuid[]) AS transaction_id, unnest($2::smallint[]) AS position, unnest($3::text[]) AS code,
    unnest($4::text[]) AS currency, unnest($5::bigint[]) AS amount) e
  JOIN ledger_accounts a ON (a.code, a.currency) = (e.code, e.currency)`,
  rowOf: ({ transactionId, position, account, currency, amount }) => [
    transactionId,
    position,
    account,
    currency,
    amount,
  ],
};
const totals = (condition: string) => `
  SELECT a.currency, e.settled, sum(e.entries)::int AS entries, sum(e.debits)::text AS debits, sum(e.credits)::text AS credits
  FROM (
    SELECT e.account_id, ${isSettled('e')} AS settled, count(*) AS entries,
      coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0) AS debits,
      coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0) AS credits
    FROM ledger_entries e WHERE ${condition} GROUP BY 1, 2) e
  JOIN ledger_accounts a ON a.id = e.account_id GROUP BY a.currency, e.settled`;
const TOTALS = totals('true');
const TOTALS_SINCE = totals(`e.transaction_id = ANY($1::uuid[]) AND ${writtenSince('e', '$2::int')}`);
/** Transactions that do not balance, and entries without a transaction; `among` is a condition on the transaction's id. */
const unbalanced = (among: (id: string) => string) => `
  SELECT coalesce(t.id, s.transaction_id) AS id FROM (SELECT id FROM ledger_transactions t WHERE ${among('t.id')}) t
  FULL JOIN (
    SELECT transaction_id, sum(entries) AS entries, bool_or(total <> 0) AS uneven FROM (
      SELECT e.transaction_id, a.currency, sum(e.amount) AS total, count(*) AS entries
      FROM ledger_entries e LEFT JOIN ledger_accounts a ON a.id = e.account_id WHERE ${among('e.transaction_id')}
      GROUP BY e.transaction_id, a.currency) c
    GROUP BY transaction_id) s ON s.transaction_id = t.id
  WHERE t.id IS NULL OR s.transaction_id IS NULL OR s.uneven OR s.entries < 2 LIMIT 20`;

/** Totals of entries, separately for transactions that are settled and not settled. */
export interface PartialTotals extends CurrencyTotals {
  readonly settled: boolean;
}

@Injectable()
export class LedgerRepository {
  constructor(private readonly tx: Transaction) {}

  /** Opens the accounts that do not exist yet. Returns the ids of all of them by code. */
  async openAccounts(currency: string, codes: readonly AccountCode[]): Promise<Map<AccountCode, AccountId>> {
    const accounts = await this.tx.run(() => {
      this.open(currency, codes);
      return this.tx.query<{ id: AccountId; code: AccountCode }>(ACCOUNTS, [currency, codes]);
    });
    return new Map(accounts.map(({ code, id }) => [code, id]));
  }

  insert(id: LedgerTransactionId, record: LedgerRecord, entries: readonly AccountAmount[]): void {
    this.insertHeader(id, record);
    this.tx.writeBatch(
      INSERT_ENTRIES,
      entries.map(({ accountId, amount }, index) => ({ transactionId: id, position: index + 1, accountId, amount })),
    );
  }

  /** Like `insert`, for accounts by code, which it opens where they do not exist yet. It reads nothing. */
  insertOpening(id: LedgerTransactionId, record: LedgerRecord, currency: string, entries: readonly Entry[]): void {
    this.open(currency, [...new Set(entries.map(({ account }) => account))].toSorted());
    this.insertHeader(id, record);
    this.tx.writeBatch(
      INSERT_ENTRIES_BY_CODE,
      entries.map((entry, index) => ({ ...entry, currency, transactionId: id, position: index + 1 })),
    );
  }

  private open(currency: string, codes: readonly AccountCode[]): void {
    this.tx.writeBatch(
      OPEN_ACCOUNTS,
      codes.map((code) => ({ id: newId<'acc'>(), code, currency, type: accountType(code) })),
    );
  }

  private insertHeader(id: LedgerTransactionId, record: LedgerRecord): void {
    const { kind, referenceId, orderId = null, reference = null, reason = null, actorId = null } = record;
    const transaction = { id, kind, referenceId, orderId, createdAt: timeOf(id), reference, reason, actorId };
    this.tx.writeBatch(INSERT, [transaction]);
  }

  /** Returns the totals of the entries that these transactions got in the last `age` database transactions, or of all entries. */
  totals(written?: { readonly ids: readonly string[]; readonly age: number }): Promise<PartialTotals[]> {
    return written
      ? this.tx.query<PartialTotals & Record<string, unknown>>(TOTALS_SINCE, [written.ids, written.age])
      : this.tx.query<PartialTotals & Record<string, unknown>>(TOTALS);
  }

  /** Returns at most 20 transactions that do not balance, among the given ones or among all. */
  async unbalanced(ids?: readonly string[]): Promise<LedgerTransactionId[]> {
    const rows = ids
      ? this.tx.query<{ id: LedgerTransactionId }>(
          unbalanced((id) => `${id} = ANY($1::uuid[])`),
          [ids],
        )
      : this.tx.query<{ id: LedgerTransactionId }>(unbalanced(() => 'true'));
    return (await rows).map(({ id }) => id);
  }
}
