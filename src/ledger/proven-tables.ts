import type { ProvenTable } from '../platform/proof/index.js';

const AUDIT = 'says when the row was written; nothing is computed from it';

/** How the proof detects a change of each column of the ledger. Ledger transactions also have their own seals. */
export const provenTables: readonly ProvenTable[] = [
  {
    table: 'ledger_transactions',
    code: 20,
    id: 'id',
    prefix: 'txn',
    order: 'order_id',
    appendOnly: true,
    sealed: false,
    proven: ['id', 'kind', 'reference_id', 'order_id', 'created_at', 'reference', 'reason', 'actor_id'],
    ignored: {},
  },
  {
    table: 'ledger_entries',
    code: 21,
    id: 'transaction_id',
    prefix: 'txn',
    order: [{ via: 'ledger_transactions', column: 'transaction_id' }],
    appendOnly: true,
    sealed: false,
    proven: ['transaction_id', 'position', 'account_id', 'amount'],
    ignored: {},
  },
  {
    table: 'ledger_seals',
    code: 22,
    id: 'transaction_id',
    prefix: 'txn',
    appendOnly: true,
    sealed: false,
    proven: ['seq', 'transaction_id', 'hash'],
    ignored: { sealed_at: AUDIT },
  },
  {
    table: 'ledger_accounts',
    code: 23,
    id: 'id',
    prefix: 'acc',
    appendOnly: true,
    sealed: true,
    proven: [],
    ignored: {},
  },
  {
    table: 'ledger_rollups',
    code: 24,
    id: 'account_id',
    prefix: 'acc',
    appendOnly: false,
    sealed: false,
    proven: ['account_id', 'hour', 'amount'],
    ignored: {},
  },
  {
    table: 'store_credit_balances',
    code: 25,
    id: 'account_id',
    prefix: 'acc',
    appendOnly: false,
    sealed: false,
    proven: ['user_id', 'currency', 'account_id', 'amount'],
    ignored: {},
  },
];
