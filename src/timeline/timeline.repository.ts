import { Injectable } from '@nestjs/common';
import { encodeId, type OrderId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';

/** The kind of record that an entry of the timeline comes from. */
export type TimelinePart = 'event' | 'provider_call' | 'webhook' | 'ledger' | 'stock';

/** Something that happened to an order. Every id is a UUIDv7, so ids alone sort the entries of all parts. */
export interface TimelineEntry {
  readonly id: string;
  readonly part: TimelinePart;
  readonly type: string;
  readonly createdAt: Date;
  readonly aggregateType: string;
  /** The public id for events, the uuid for all other parts. */
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actorId: string | null;
  readonly requestId: string | null;
}

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const iso = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;

/** $1: the order's id; $2: its public id; $3: the last id of the page before; $4: the limit. Tokens are left out. */
const parts: Readonly<Record<TimelinePart, string>> = {
  event: `
    SELECT e.id, 'event' AS part, e.type, e.created_at, e.aggregate_type, e.aggregate_id, e.aggregate_version, e.data,
      e.actor_id, e.request_id
    FROM events e WHERE e.order_id = $2 AND $1::uuid IS NOT NULL AND e.id < $3 ORDER BY e.id DESC LIMIT $4`,
  provider_call: `
    SELECT a.id, 'provider_call', 'provider.called', a.created_at, 'payment', p.id::text, p.version,
      jsonb_build_object('operation', a.kind, 'provider', p.provider, 'amount', a.amount, 'currency', p.currency,
        'state', a.state, 'sends', a.sends, 'checks', a.checks, 'updatedAt', ${iso('a.updated_at')}), NULL, NULL
    FROM payments p JOIN payment_attempts a ON a.payment_id = p.id
    WHERE p.order_id = $1 AND a.id < $3 ORDER BY a.id DESC LIMIT $4`,
  webhook: `
    SELECT w.id, 'webhook', 'provider.told', w.received_at, 'payment', p.id::text, p.version,
      jsonb_build_object('provider', w.provider, 'type', w.type, 'eventId', w.provider_event_id, 'state', w.state,
        'reason', w.reason, 'processedAt', ${iso('w.processed_at')}), NULL, NULL
    FROM payments p JOIN provider_webhooks w ON w.payment_id = p.id
    WHERE p.order_id = $1 AND w.id < $3 ORDER BY w.id DESC LIMIT $4`,
  ledger: `
    SELECT t.id, 'ledger', 'ledger.posted', t.created_at, 'ledger_transaction', t.id::text, 1,
      jsonb_build_object('kind', t.kind, 'reason', t.reason, 'entries', (
        SELECT jsonb_agg(jsonb_build_object('account', a.code, 'currency', a.currency, 'amount', e.amount) ORDER BY e.position)
        FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE e.transaction_id = t.id)),
      t.actor_id, NULL
    FROM ledger_transactions t WHERE t.order_id = $1 AND t.id < $3 ORDER BY t.id DESC LIMIT $4`,
  stock: `
    SELECT m.id, 'stock', CASE m.kind WHEN 'reserve' THEN 'stock.reserved' WHEN 'release' THEN 'stock.released'
        WHEN 'ship' THEN 'stock.shipped' WHEN 'return' THEN 'stock.returned' ELSE 'stock.adjusted' END,
      m.created_at, 'product', m.product_id::text, 1,
      jsonb_build_object('onHandDelta', m.on_hand_delta, 'reservedDelta', m.reserved_delta, 'reason', m.reason),
      m.actor_id, NULL
    FROM stock_movements m WHERE m.order_id = $1 AND m.id < $3 ORDER BY m.id DESC LIMIT $4`,
};

/** One statement for the wanted parts. Each part reads one page at most; the newest of all make the page. */
export function timelineQuery(wanted: readonly TimelinePart[]): string {
  const all = wanted.map((part) => `(${parts[part]})`).join(' UNION ALL ');
  return `
    SELECT id, part, type, created_at AS "createdAt", aggregate_type AS "aggregateType", aggregate_id AS "aggregateId",
      aggregate_version AS "aggregateVersion", data, actor_id AS "actorId", request_id AS "requestId"
    FROM (${all}) AS entries ORDER BY id DESC LIMIT $4`;
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Reads what the tables of all modules say about one order. */
@Injectable()
export class TimelineRepository {
  constructor(private readonly tx: Transaction) {}

  /** Newest first. */
  list(
    id: OrderId,
    wanted: readonly TimelinePart[],
    after: Keyset | undefined,
    limit: number,
  ): Promise<TimelineEntry[]> {
    const parameters = [id, encodeId('ord', id), after?.[0] ?? LAST_ID, limit];
    return this.tx.query<TimelineEntry & Record<string, unknown>>(timelineQuery(wanted), parameters);
  }
}
