import { Injectable } from '@nestjs/common';
import { type AccountId, type LedgerTransactionId, newId, type OrderId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { type AccountCode, accountType, type Entry } from './domain/posting.js';

/** What a ledger transaction records, and of what; one for each kind and reference. */
export interface LedgerRecord {
  readonly kind: 'capture' | 'refund';
  /** The attempt at the provider that moved the money. */
  readonly referenceId: string;
  readonly orderId: OrderId;
  readonly currency: string;
}

const OPEN_ACCOUNTS = `
  INSERT INTO ledger_accounts (id, code, currency, type)
  SELECT id, code, $4, type FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, code, type)
  ON CONFLICT (code, currency) DO NOTHING`;
const ACCOUNTS = `SELECT id, code FROM ledger_accounts WHERE currency = $1 AND code = ANY ($2)`;
const INSERT = `
  WITH recorded AS (
    INSERT INTO ledger_transactions (id, kind, reference_id, order_id) VALUES ($1, $2, $3, $4)
  )
  INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
  SELECT $1, t.position, t.account_id, t.amount
  FROM unnest($5::uuid[], $6::bigint[]) WITH ORDINALITY AS t (account_id, amount, position)`;
const TOTALS = `
  SELECT a.currency, count(*)::int AS entries, sum(e.amount) FILTER (WHERE e.amount > 0)::text AS debits,
    (-sum(e.amount) FILTER (WHERE e.amount < 0))::text AS credits
  FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id GROUP BY a.currency ORDER BY a.currency`;
const UNBALANCED = `
  SELECT t.id FROM ledger_transactions t
  LEFT JOIN (
    SELECT transaction_id, count(*) AS entries, bool_or(total <> 0) AS uneven FROM (
      SELECT e.transaction_id, a.currency, sum(e.amount) AS total, count(*) AS entries
      FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id GROUP BY e.transaction_id, a.currency) c
    GROUP BY transaction_id) s ON s.transaction_id = t.id
  WHERE s.transaction_id IS NULL OR s.uneven ORDER BY t.id LIMIT 20`;

/** Debits and credits of one currency, exact (they may be beyond what a number holds). */
export interface CurrencyTotals {
  readonly currency: string;
  readonly entries: number;
  readonly debits: string;
  readonly credits: string;
}

@Injectable()
export class LedgerRepository {
  constructor(private readonly tx: Transaction) {}

  /** Opens the accounts that do not exist yet; answers all their ids by code. */
  async openAccounts(currency: string, codes: readonly AccountCode[]): Promise<Map<AccountCode, AccountId>> {
    await this.tx.query(OPEN_ACCOUNTS, [codes.map(() => newId<'acc'>()), codes, codes.map(accountType), currency]);
    const rows = await this.tx.query<{ id: AccountId; code: AccountCode }>(ACCOUNTS, [currency, codes]);
    return new Map(rows.map(({ code, id }) => [code, id]));
  }

  insert(id: LedgerTransactionId, record: LedgerRecord, entries: readonly (Entry & { accountId: AccountId })[]): void {
    const { kind, referenceId, orderId } = record;
    const columns = [entries.map(({ accountId }) => accountId), entries.map(({ amount }) => amount)];
    this.tx.write(INSERT, [id, kind, referenceId, orderId, ...columns]);
  }

  totals(): Promise<CurrencyTotals[]> {
    return this.tx.query<CurrencyTotals & Record<string, unknown>>(TOTALS);
  }

  async unbalanced(): Promise<LedgerTransactionId[]> {
    return (await this.tx.query<{ id: LedgerTransactionId }>(UNBALANCED)).map(({ id }) => id);
  }
}
