import { Injectable } from '@nestjs/common';
import type { AccountId, LedgerTransactionId, OrderId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { AccountCode, AccountType } from './domain/chart.js';
import type { TransactionKind } from './domain/kinds.js';
import { LAST_ID, until } from './domain/ledger-time.js';

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
 * entries from $3 to $4 in that hour.
 */
const withBalances = (page: string) => `
  WITH page AS MATERIALIZED (SELECT * FROM ledger_accounts ${page} ORDER BY id DESC LIMIT $1),
  unsealed AS (
    SELECT e.account_id, sum(e.amount) AS amount
    FROM ledger_unsealed u JOIN ledger_entries e ON e.transaction_id = u.transaction_id
    WHERE u.transaction_id < $3 AND e.account_id IN (SELECT id FROM page) GROUP BY e.account_id
  )
  SELECT p.id, p.code, p.type, p.currency, p.created_at AS "createdAt", (
      coalesce((SELECT sum(r.amount) FROM ledger_rollups r WHERE r.account_id = p.id AND r.hour < $2), 0)
      + coalesce(u.amount, 0)
      + coalesce((SELECT sum(e.amount) FROM ledger_entries e
                  WHERE e.account_id = p.id AND e.transaction_id BETWEEN $3 AND $4), 0)
    )::text AS balance
  FROM page p LEFT JOIN unsealed u ON u.account_id = p.id ORDER BY p.id DESC`;

// LIMIT applies before the joins, so that no plan reads more than the page.
const ENTRIES = `
  SELECT e.transaction_id AS "transactionId", e.position, e.amount, t.kind, t.order_id AS "orderId"
  FROM (
    SELECT transaction_id, position, amount FROM ledger_entries
    WHERE account_id = $1 AND transaction_id <= $2 AND (transaction_id, position) < ($3::uuid, $4::bigint)
    ORDER BY transaction_id DESC, position DESC LIMIT $5) e
  CROSS JOIN LATERAL (SELECT kind, order_id FROM ledger_transactions WHERE id = e.transaction_id LIMIT 1) t
  ORDER BY e.transaction_id DESC, e.position DESC`;
const EXISTS = 'SELECT 1 FROM ledger_accounts WHERE id = $1';

/** Reads accounts, their balances and their entries. */
@Injectable()
export class AccountsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Newest first. */
  list({ id, code, currency, before, at, limit }: AccountFilter): Promise<Account[]> {
    const { hour, first, last } = until(at);
    const parameters: unknown[] = [limit, hour, first, last];
    const where = (condition: string, value: unknown) =>
      value === undefined ? [] : [`${condition} $${parameters.push(value)}`];
    const conditions = [
      ...where('id =', id),
      ...where('code =', code),
      ...where('currency =', currency),
      ...where('id <', before),
    ];
    const page = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.tx.query<Account & Record<string, unknown>>(withBalances(page), parameters);
  }

  async exists(id: AccountId): Promise<boolean> {
    return (await this.tx.query(EXISTS, [id])).length > 0;
  }

  /** Newest first. */
  entries(id: AccountId, { before = [LAST_ID, 0], at, limit }: EntryRange): Promise<AccountEntry[]> {
    const last = [until(at).last, before[0]].toSorted()[0]; // one bound, so that the index scan starts at the page
    const parameters = [id, last, ...before, limit];
    return this.tx.query<AccountEntry & Record<string, unknown>>(ENTRIES, parameters);
  }
}
