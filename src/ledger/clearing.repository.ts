import { Injectable } from '@nestjs/common';
import type { LedgerTransactionId, OrderId } from '../shared/ids.js';
import { columnsOf, Transaction } from '../platform/database/index.js';
import type { TransactionKind } from './domain/kinds.js';
import { idsBetween, timeOf } from './domain/ledger-time.js';
import { LedgerTransactionEntity } from './ledger-transaction.entity.js';

/** The amount that one transaction moved on a provider's clearing account. */
export interface ClearedEntry {
  readonly transactionId: LedgerTransactionId;
  readonly kind: TransactionKind;
  readonly referenceId: string;
  readonly orderId: OrderId | null;
  readonly currency: string;
  /** Minor units; positive if the provider owes us more after it, negative if it kept or paid out money. */
  readonly amount: number;
  readonly postedAt: Date;
}

const CLEARED = `
  SELECT t.id AS "transactionId", ${columnsOf(LedgerTransactionEntity, 't', ['kind', 'referenceId', 'orderId'])}, a.currency,
    sum(e.amount)::bigint AS amount
  FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id JOIN ledger_transactions t ON t.id = e.transaction_id
  WHERE a.code = 'provider_clearing:' || $1`;
const GROUPED = 'GROUP BY t.id, a.currency';
const POSTED = `${CLEARED} AND e.transaction_id BETWEEN $2 AND $3 ${GROUPED}`;
const BY_REFERENCE = `${CLEARED} AND t.kind = ANY ($2) AND t.reference_id = ANY ($3) ${GROUPED}`;
const BY_ORDER = `${CLEARED} AND t.order_id = ANY ($2) ${GROUPED}`;
const BY_ID = `${CLEARED} AND t.id = ANY ($2) ${GROUPED}`;
const REFERENCES = `
  SELECT reference FROM ledger_transactions WHERE reference = ANY ($1)
  UNION SELECT reference_id::text FROM ledger_transactions WHERE kind = ANY ($2) AND reference_id = ANY ($3)`;

type Selected = Omit<ClearedEntry, 'postedAt'> & Record<string, unknown>;

/**
 * Reads a provider's clearing account in the ledger, `provider_clearing:<provider>`. A busy day can take longer to read than
 * a request may take, so call the lists outside any transaction.
 */
@Injectable()
export class ClearingRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the postings from `from` (inclusive) to `to` (exclusive). */
  postedBetween(provider: string, from: Date, to: Date): Promise<ClearedEntry[]> {
    return this.read(POSTED, [provider, ...idsBetween(from, to)]);
  }

  /** Returns the postings with these references, at any time. */
  ofReferences(
    provider: string,
    kinds: readonly TransactionKind[],
    references: readonly string[],
  ): Promise<ClearedEntry[]> {
    return this.read(BY_REFERENCE, [provider, kinds, references]);
  }

  /** Returns the postings for these orders, at any time. */
  ofOrders(provider: string, orders: readonly OrderId[]): Promise<ClearedEntry[]> {
    return this.read(BY_ORDER, [provider, orders]);
  }

  /** Returns what these transactions moved on the account. */
  ofTransactions(provider: string, ids: readonly LedgerTransactionId[]): Promise<ClearedEntry[]> {
    return this.read(BY_ID, [provider, ids]);
  }

  /** Returns which of these are posted already: by external reference, or by kind and reference id. */
  async posted(
    references: readonly string[],
    kinds: readonly TransactionKind[],
    referenceIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await this.tx.query<{ reference: string }>(REFERENCES, [references, kinds, referenceIds]);
    return new Set(rows.map(({ reference }) => reference));
  }

  private async read(text: string, parameters: readonly unknown[]): Promise<ClearedEntry[]> {
    const rows = await this.tx.snapshot(() => this.tx.query<Selected>(text, parameters));
    return rows.map((row) => ({ ...row, postedAt: timeOf(row.transactionId) }));
  }
}
