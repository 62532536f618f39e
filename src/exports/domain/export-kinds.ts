import type { Permission } from '../../shared/permissions.js';
import type { ReportPeriod, SalesGrouping } from '../../reports/index.js';
import type { IdPrefix } from '../../shared/ids.js';

/** What an export has, and the permission that reading it elsewhere needs. */
export const exportKinds = {
  orders: 'orders:read',
  payments: 'payments:read',
  refunds: 'payments:read',
  ledger_entries: 'ledger:read',
  sales: 'reports:read',
} as const satisfies Record<string, Permission>;
export type ExportKind = keyof typeof exportKinds;
export const exportKindNames = Object.keys(exportKinds) as ExportKind[];

/** What somebody asked for: rows of days, or sales of them by something. */
export interface ExportParameters extends ReportPeriod {
  /** Of sales alone. */
  readonly by?: SalesGrouping;
}

/** A column of a file: an SQL expression, and the prefix of its ids if it has ids. */
export interface ExportColumn {
  readonly sql: string;
  readonly prefix?: IdPrefix;
}

/** Rows of a table whose ids are UUIDv7: `b` is a row of it, `joins` add columns. No free texts, names or addresses. */
export interface ExportSource {
  readonly table: string;
  readonly joins?: string;
  readonly order?: string;
  readonly columns: Readonly<Record<string, ExportColumn>>;
}

const plain = (...names: readonly string[]): Record<string, ExportColumn> =>
  Object.fromEntries(
    names.map((name) => [name, { sql: `b.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}` }]),
  );
const times = plain('createdAt', 'updatedAt');

export const exportSources: Readonly<Record<Exclude<ExportKind, 'sales'>, ExportSource>> = {
  orders: {
    table: 'orders',
    columns: {
      id: { sql: 'b.id', prefix: 'ord' },
      number: { sql: 'b.number' },
      customerId: { sql: 'b.customer_id', prefix: 'usr' },
      ...plain('currency', 'status', 'fulfillmentStatus', 'total', 'authorizedAmount', 'capturedAmount'),
      ...plain('refundedAmount', 'disputedAmount', 'chargedBackAmount'),
      ...times,
    },
  },
  payments: {
    table: 'payments',
    columns: {
      id: { sql: 'b.id', prefix: 'pay' },
      orderId: { sql: 'b.order_id', prefix: 'ord' },
      customerId: { sql: 'b.customer_id', prefix: 'usr' },
      ...plain('provider', 'reference', 'status', 'currency', 'amount', 'authorizedAmount', 'capturedAmount'),
      ...plain('voidedAmount', 'refundedAmount', 'disputedAmount'),
      ...times,
    },
  },
  refunds: {
    table: 'refunds',
    joins: 'JOIN payments p ON p.id = b.payment_id',
    columns: {
      id: { sql: 'b.id', prefix: 'rfd' },
      paymentId: { sql: 'b.payment_id', prefix: 'pay' },
      orderId: { sql: 'p.order_id', prefix: 'ord' },
      currency: { sql: 'p.currency' },
      ...plain('amount', 'status'),
      ...times,
    },
  },
  ledger_entries: {
    table: 'ledger_transactions',
    joins: 'JOIN ledger_entries e ON e.transaction_id = b.id JOIN ledger_accounts a ON a.id = e.account_id',
    order: 'e.position',
    columns: {
      transactionId: { sql: 'b.id', prefix: 'txn' },
      position: { sql: 'e.position' },
      kind: { sql: 'b.kind' },
      orderId: { sql: 'b.order_id', prefix: 'ord' },
      account: { sql: 'a.code' },
      currency: { sql: 'a.currency' },
      amount: { sql: 'e.amount' },
      createdAt: { sql: 'b.created_at' },
    },
  },
};
