import { Injectable } from '@nestjs/common';
import { type Row, Transaction } from '../platform/database/index.js';
import { IS_DEAD } from '../platform/delivery/index.js';
import { encodeId, type Id, type OrderId, type UserId } from '../shared/ids.js';
import type { Blockers } from './privacy.errors.js';

const BLOCKERS = `
  SELECT
    (SELECT count(*) FROM orders WHERE customer_id = $1 AND status IN ('pending', 'confirmed'))::int AS "openOrders",
    (SELECT count(*) FROM payments WHERE customer_id = $1 AND (status IN ('processing', 'requires_action', 'authorized')
       OR capture_pending + void_pending + refund_pending > 0))::int AS "openPayments",
    (SELECT count(*) FROM orders WHERE customer_id = $1 AND authorized_amount - refunded_amount - charged_back_amount
       - void_pending - refund_pending - disputed_amount
       > CASE WHEN status IN ('cancelled', 'expired') THEN 0 ELSE least(total, coalesce(agreed_amount, total)) END)::int AS "owedOrders",
    (SELECT count(*) FROM orders WHERE customer_id = $1 AND disputed_amount > 0)::int AS "openDisputes",
    (SELECT count(*) FROM store_credit_balances WHERE user_id = $1 AND amount <> 0)::int AS "storeCredits"`;

/** What belongs to an account alone refers to it with ON DELETE CASCADE. */
const OWN_TABLES = `
  SELECT format('DELETE FROM %s WHERE %I = $1', c.conrelid::regclass, a.attname) AS sql
  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
  WHERE c.contype = 'f' AND c.confrelid = 'users'::regclass AND c.confdeltype = 'c' ORDER BY 1`;

const ENDED = `status NOT IN ('pending', 'confirmed')`;
/** $1: the account. Orders that have not ended keep their address until then. */
const BY_ACCOUNT: readonly string[] = [
  `UPDATE orders SET shipping_address = NULL, metadata = '{}', version = version + 1, updated_at = now()
   WHERE customer_id = $1 AND ${ENDED} AND (shipping_address IS NOT NULL OR metadata <> '{}')`,
  `UPDATE order_discounts d SET reason = NULL FROM orders o
   WHERE o.id = d.order_id AND o.customer_id = $1 AND d.reason IS NOT NULL`,
  `UPDATE order_messages m SET text = NULL FROM orders o WHERE o.id = m.order_id AND o.customer_id = $1 AND m.text IS NOT NULL`,
  `UPDATE refunds r SET reason = NULL FROM payments p WHERE p.id = r.payment_id AND p.customer_id = $1 AND r.reason IS NOT NULL`,
  `UPDATE approvals r SET reason = NULL, note = NULL FROM payments p
   WHERE p.id = r.payment_id AND p.customer_id = $1 AND (r.reason IS NOT NULL OR r.note IS NOT NULL)`,
  `UPDATE approvals r SET reason = NULL, note = NULL FROM orders o
   WHERE o.id = r.order_id AND o.customer_id = $1 AND (r.reason IS NOT NULL OR r.note IS NOT NULL)`,
  `UPDATE provider_webhooks w SET raw = '', headers = '{}', reason = NULL FROM payments p
   WHERE p.id = w.payment_id AND p.customer_id = $1 AND w.state NOT IN ('received', 'waiting') AND octet_length(w.raw) > 0`,
  `DELETE FROM idempotency_keys WHERE caller_id = $1 OR caller_id IN (SELECT id FROM api_keys WHERE owner_id = $1)`,
  `DELETE FROM api_keys WHERE owner_id = $1`,
  `DELETE FROM audit_addresses d USING audit_log l WHERE l.id = d.entry_id AND l.actor_id = $1`,
];
/** $1: the account in its public form. */
const BY_PUBLIC_ID = `DELETE FROM audit_addresses d USING audit_log l WHERE l.id = d.entry_id AND l.target_id = $1`;

/** $1: the e-mail address. */
const BY_EMAIL: readonly string[] = [
  `DELETE FROM mailed_tokens WHERE lower(email) = lower($1)`,
  `UPDATE provider_webhooks SET raw = '', headers = '{}', reason = NULL
   WHERE payment_id IS NULL AND state IN ('ignored', 'quarantined', 'dead') AND position(convert_to($1, 'UTF8') IN raw) > 0`,
  `UPDATE event_deliveries SET last_error = NULL
   WHERE due_at IS NOT NULL AND position($1 IN last_error) > 0`,
  `UPDATE event_deliveries SET last_error = NULL
   WHERE ${IS_DEAD} AND consumer = 'mail' AND position($1 IN last_error) > 0`,
];

const ORDERS = `SELECT id FROM orders WHERE customer_id = $1 AND id > $2 ORDER BY id LIMIT $3`;
const FREE_TEXT = `SELECT erase_texts_of_events($1::text[])`;
/** Orders per statement. */
const BATCH = 1000;

/** The person, and what belongs to them: answers about it name one of these. $1: the account. */
const THINGS = `
  SELECT 'ord' AS prefix, id FROM orders WHERE customer_id = $1 UNION ALL SELECT 'pay', id FROM payments WHERE customer_id = $1`;
/** Answers that others got about the person keep the id of what was made, so that a repeat still makes nothing. $1: public ids. */
const STRIP_ANSWERS = `
  UPDATE idempotency_keys SET body = json_build_object('id', body::json -> 'id')::text
  WHERE body LIKE '{%' AND body::jsonb - 'id' <> '{}' AND $1::text[] && ARRAY(
    SELECT m[1] FROM regexp_matches(body, '((?:usr|ord|pay)_[0-9a-z]{26})', 'g') AS m)`;
/** Whoever was signed in is refused 15 seconds after the erasure, and requests end within seconds. */
const UNFINISHED = `
  SELECT id FROM users WHERE erased_at < now() - interval '30 seconds' AND erasure_finished_at IS NULL ORDER BY erased_at LIMIT 100`;
const FINISHED = `UPDATE users SET erasure_finished_at = now() WHERE id = $1`;
/** An order that ended after the erasure, what was written about an old one, and what a provider reported about an old payment. */
const LATE = `
  SELECT u.id FROM users u WHERE u.erased_at IS NOT NULL AND (
    EXISTS (SELECT FROM orders o WHERE o.customer_id = u.id AND o.${ENDED} AND (o.shipping_address IS NOT NULL OR o.metadata <> '{}'))
    OR EXISTS (SELECT FROM orders o JOIN order_messages m ON m.order_id = o.id WHERE o.customer_id = u.id AND m.text IS NOT NULL)
    OR EXISTS (SELECT FROM payments p JOIN provider_webhooks w ON w.payment_id = p.id
      WHERE p.customer_id = u.id AND w.state NOT IN ('received', 'waiting') AND octet_length(w.raw) > 0)) LIMIT 100`;

/** Takes personal data from the tables of all modules. docs/privacy.md lists the columns. */
@Injectable()
export class ErasureRepository {
  constructor(private readonly tx: Transaction) {}

  async blockers(id: UserId): Promise<Blockers> {
    const [row] = await this.tx.query<Blockers & Row>(BLOCKERS, [id]);
    return row!;
  }

  /** Erases what only the e-mail address of the account leads to. */
  async eraseByEmail(email: string): Promise<void> {
    for (const sql of BY_EMAIL) await this.tx.query(sql, [email]);
  }

  /** Erases what belongs to an account, apart from the account's own row. Safe to repeat. */
  async erase(id: UserId): Promise<void> {
    for (const sql of BY_ACCOUNT) await this.tx.query(sql, [id]);
    await this.tx.query(BY_PUBLIC_ID, [encodeId('usr', id)]);
    for (const { sql } of await this.tx.query<{ sql: string }>(OWN_TABLES)) await this.tx.query(sql, [id]);
    await this.eraseTextsOfEvents(id);
  }

  /** Takes the person from the answers that others got. Reads all kept answers, so it is for the worker. */
  async stripAnswers(id: UserId): Promise<void> {
    const things = await this.tx.query<{ prefix: 'ord' | 'pay'; id: Id<'ord' | 'pay'> }>(THINGS, [id]);
    const ids = [encodeId('usr', id), ...things.map((thing) => encodeId(thing.prefix, thing.id))];
    await this.tx.query(STRIP_ANSWERS, [ids]);
  }

  /** Accounts whose erasure the worker has to finish. */
  async unfinished(): Promise<UserId[]> {
    return (await this.tx.query<{ id: UserId }>(UNFINISHED)).map((row) => row.id);
  }

  async finish(id: UserId): Promise<void> {
    await this.tx.query(FINISHED, [id]);
  }

  /** Erased accounts about which something came later. */
  async late(): Promise<UserId[]> {
    return (await this.tx.query<{ id: UserId }>(LATE)).map((row) => row.id);
  }

  private async eraseTextsOfEvents(customer: UserId): Promise<void> {
    for (let last: string = FIRST, count = BATCH; count === BATCH;) {
      const orders = await this.tx.query<{ id: OrderId }>(ORDERS, [customer, last, BATCH]);
      await this.tx.query(FREE_TEXT, [orders.map(({ id }) => encodeId('ord', id))]);
      count = orders.length;
      last = orders.at(-1)?.id ?? last;
    }
  }
}

const FIRST = '00000000-0000-0000-0000-000000000000';
