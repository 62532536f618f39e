import { Injectable } from '@nestjs/common';
import type { AccountId, LedgerTransactionId, OrderId, UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { AccountCode } from './domain/chart.js';
import type { TransactionKind } from './domain/kinds.js';
import { LAST_ID } from './domain/ledger-time.js';

export interface PostedEntry {
  readonly accountId: AccountId;
  readonly account: AccountCode;
  readonly currency: string;
  /** Minor units; a debit is positive, a credit negative. */
  readonly amount: number;
}

/** A posted transaction. */
export interface LedgerTransaction {
  readonly id: LedgerTransactionId;
  readonly kind: TransactionKind;
  readonly orderId: OrderId | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly actorId: UserId | null;
  /** The transaction that this one reverses, and the one that reverses this one. */
  readonly reverses: LedgerTransactionId | null;
  readonly reversedBy: LedgerTransactionId | null;
  readonly entries: readonly PostedEntry[];
}

export interface TransactionFilter {
  readonly orderId?: OrderId | undefined;
  readonly kind?: TransactionKind | undefined;
  readonly before?: LedgerTransactionId | undefined;
  readonly limit: number;
}

const SELECT = `
  SELECT t.id, t.kind, t.order_id AS "orderId", t.reference, t.reason, t.actor_id AS "actorId",
    CASE WHEN t.kind = 'reversal' THEN t.reference_id END AS reverses,
    (SELECT r.id FROM ledger_transactions r WHERE r.kind = 'reversal' AND r.reference_id = t.id) AS "reversedBy",
    (SELECT json_agg(
       json_build_object('accountId', a.id, 'account', a.code, 'currency', a.currency, 'amount', e.amount)
       ORDER BY e.position)
     FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE e.transaction_id = t.id) AS entries
  FROM ledger_transactions t`;

type Selected = LedgerTransaction & Record<string, unknown>;

/** Reads transactions with their entries. */
@Injectable()
export class TransactionsRepository {
  constructor(private readonly tx: Transaction) {}

  async lock(id: LedgerTransactionId): Promise<void> {
    await this.tx.query('SELECT FROM ledger_transactions WHERE id = $1 FOR UPDATE', [id]);
  }

  async find(id: LedgerTransactionId): Promise<LedgerTransaction | undefined> {
    return (await this.tx.query<Selected>(`${SELECT} WHERE t.id = $1`, [id]))[0];
  }

  /** Newest first. */
  list({ orderId, kind, before = LAST_ID, limit }: TransactionFilter): Promise<LedgerTransaction[]> {
    // The kind (one of a few constants) is part of the text, so that PostgreSQL can choose the partial index without captures.
    const ofKind = kind ? `AND t.kind = '${kind}'` : '';
    const ofOrder = orderId ? 'AND t.order_id = $3' : '';
    const text = `${SELECT} WHERE t.id < $1 ${ofKind} ${ofOrder} ORDER BY t.id DESC LIMIT $2`;
    return this.tx.query<Selected>(text, [before, limit, ...(orderId ? [orderId] : [])]);
  }
}
