import { encodeId, type Id, type IdPrefix } from '../shared/ids.js';
import type { Account, AccountEntry } from './accounts.repository.js';
import type { AccountEntryView, AccountView, LedgerTransactionView } from './ledger.view.js';
import { timeOf } from './domain/ledger-time.js';
import type { LedgerTransaction } from './transactions.repository.js';

export function presentAccount({ id, code, type, currency, balance, createdAt }: Account): AccountView {
  const exact = { balance: safeInteger(balance), exactBalance: balance };
  return { id: encodeId('acc', id), code, type, currency, ...exact, createdAt };
}

/** The number, or null where a JSON number would be rounded (RFC 8259, section 6). */
function safeInteger(digits: string): number | null {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}

export function presentEntry({ transactionId, amount, kind, orderId }: AccountEntry): AccountEntryView {
  return {
    transactionId: encodeId('txn', transactionId),
    amount,
    kind,
    orderId: encoded('ord', orderId),
    createdAt: timeOf(transactionId),
  };
}

export function presentTransaction(transaction: LedgerTransaction): LedgerTransactionView {
  const { id, kind, reference, reason, entries } = transaction;
  return {
    id: encodeId('txn', id),
    kind,
    orderId: encoded('ord', transaction.orderId),
    reference,
    reason,
    actorId: encoded('usr', transaction.actorId),
    reverses: encoded('txn', transaction.reverses),
    reversedBy: encoded('txn', transaction.reversedBy),
    entries: entries.map((entry) => ({ ...entry, accountId: encodeId('acc', entry.accountId) })),
    createdAt: timeOf(id),
  };
}

function encoded<P extends IdPrefix>(prefix: P, id: Id<P> | null): string | null {
  return id === null ? null : encodeId(prefix, id);
}
