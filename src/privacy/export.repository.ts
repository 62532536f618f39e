import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { encodeId, type UserId } from '../shared/ids.js';

type JsonRow = Readonly<Record<string, unknown>>;

/** Rows about a person. */
export interface TableOfPerson {
  readonly table: string;
  readonly rows: readonly JsonRow[];
}

/** What belongs to an account alone refers to it with ON DELETE CASCADE. */
const OWN_TABLES = `
  SELECT c.conrelid::regclass::text AS table, format('SELECT to_jsonb(t) AS row FROM %s t WHERE %I = $1', c.conrelid::regclass, a.attname) AS sql
  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
  WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass AND c.confdeltype = 'c' ORDER BY 1`;

const OF_ORDER = (table: string) =>
  `SELECT to_jsonb(t) AS row FROM orders o JOIN ${table} t ON t.order_id = o.id WHERE o.customer_id = $1 ORDER BY t.id`;
const OF_PAYMENT = (table: string, row = 'to_jsonb(t)') =>
  `SELECT ${row} AS row FROM payments p JOIN ${table} t ON t.payment_id = p.id WHERE p.customer_id = $1 ORDER BY t.id`;

/** What else is about the person, or was done by them. $1: the account. */
const BY_ACCOUNT: Readonly<Record<string, string>> = {
  api_keys: `SELECT to_jsonb(t) AS row FROM api_keys t WHERE owner_id = $1 ORDER BY id`,
  vat_id_checks: `SELECT to_jsonb(t) AS row FROM vat_id_checks t WHERE user_id = $1 ORDER BY id`,
  orders: `SELECT to_jsonb(t) AS row FROM orders t WHERE customer_id = $1 ORDER BY id`,
  order_lines: OF_ORDER('order_lines'),
  order_discounts: OF_ORDER('order_discounts'),
  tax_documents: OF_ORDER('tax_documents').replace('t.id', 't.order_id'),
  tax_lines: OF_ORDER('tax_lines').replace('t.id', 't.order_id, t.line_id'),
  order_charges: OF_ORDER('order_charges'),
  order_messages: OF_ORDER('order_messages'),
  fulfillments: OF_ORDER('fulfillments'),
  payments: `SELECT to_jsonb(t) AS row FROM payments t WHERE customer_id = $1 ORDER BY id`,
  refunds: OF_PAYMENT('refunds'),
  disputes: OF_PAYMENT('disputes'),
  approvals: `${OF_PAYMENT('approvals').replace(' ORDER BY t.id', '')} UNION ALL ${OF_ORDER('approvals').replace(' ORDER BY t.id', '')}`,
  provider_webhooks: OF_PAYMENT(
    'provider_webhooks',
    `to_jsonb(t) || jsonb_build_object('raw', encode(t.raw, 'escape'))`,
  ),
  store_credit_balances: `SELECT to_jsonb(t) AS row FROM store_credit_balances t WHERE user_id = $1`,
  ledger_entries: `
    SELECT to_jsonb(t) || jsonb_build_object('kind', l.kind, 'reason', l.reason, 'created_at', l.created_at) AS row
    FROM store_credit_balances b JOIN ledger_entries t ON t.account_id = b.account_id
    JOIN ledger_transactions l ON l.id = t.transaction_id WHERE b.user_id = $1 ORDER BY t.transaction_id`,
  idempotency_keys: `SELECT to_jsonb(t) - 'fingerprint' AS row FROM idempotency_keys t WHERE caller_id = $1 ORDER BY created_at`,
};
/** $1: the account, $2: its public form. */
const AUDIT = `
  SELECT to_jsonb(l) || jsonb_build_object('address', d.address) AS row
  FROM audit_log l LEFT JOIN audit_addresses d ON d.entry_id = l.id WHERE l.actor_id = $1 OR l.target_id = $2 ORDER BY l.id`;
const ORDER_IDS = `SELECT id FROM orders WHERE customer_id = $1`;
/** $1: public ids of orders. */
const EVENTS = `SELECT to_jsonb(e) AS row FROM events e WHERE e.order_id = ANY ($1::text[]) ORDER BY e.id`;

/** Reads the rows about a person from the tables of all modules. docs/privacy.md lists the columns. */
@Injectable()
export class ExportRepository {
  constructor(private readonly tx: Transaction) {}

  /** In the running snapshot. */
  async everything(id: UserId): Promise<TableOfPerson[]> {
    const found: TableOfPerson[] = [];
    for (const { table, sql } of await this.tx.query<{ table: string; sql: string }>(OWN_TABLES)) {
      found.push({ table, rows: await this.rows(sql, [id]) });
    }
    for (const [table, sql] of Object.entries(BY_ACCOUNT)) found.push({ table, rows: await this.rows(sql, [id]) });
    found.push({ table: 'audit_log', rows: await this.rows(AUDIT, [id, encodeId('usr', id)]) });
    found.push({ table: 'events', rows: await this.rows(EVENTS, [await this.ordersOf(id)]) });
    return found;
  }

  private async rows(sql: string, parameters: readonly unknown[]): Promise<JsonRow[]> {
    return (await this.tx.query<{ row: JsonRow }>(sql, parameters)).map(({ row }) => row);
  }

  private async ordersOf(id: UserId): Promise<string[]> {
    const rows = await this.tx.query<{ id: Parameters<typeof encodeId<'ord'>>[1] }>(ORDER_IDS, [id]);
    return rows.map((row) => encodeId('ord', row.id));
  }
}
