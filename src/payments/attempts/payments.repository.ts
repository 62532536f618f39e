import { Injectable } from '@nestjs/common';
import type { OrderId, PaymentId, UserId } from '../../shared/ids.js';
import { Config } from '../../platform/config/index.js';
import { type BatchQuery, rowsOf, Transaction } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { DeclineQuota, TriedPayments } from '../domain/decline-quota.js';
import type { Payment } from '../domain/payment.js';
import type { FailedVoids } from '../domain/return-plan.js';
import { paymentSettings } from '../payments.settings.js';

export interface PaymentFilter {
  readonly customerId?: UserId | undefined;
  readonly orderId?: OrderId | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

const COLUMNS = `
  id, order_id AS "orderId", customer_id AS "customerId", provider, payment_method AS "paymentMethod", capture, currency,
  status, amount, authorized_amount AS "authorizedAmount", captured_amount AS "capturedAmount",
  capture_pending AS "capturePending", voided_amount AS "voidedAmount", void_pending AS "voidPending",
  refunded_amount AS "refundedAmount", refund_pending AS "refundPending",
  disputed_amount AS "disputedAmount", decline, reference, next_action AS "nextAction", version,
  created_at AS "createdAt", updated_at AS "updatedAt"`;
const INSERT = `
  INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount, created_at, updated_at)
  ${rowsOf(`id uuid, order_id uuid, customer_id uuid, provider text, payment_method text, capture text,
    currency text, status text, amount bigint, created_at timestamptz, updated_at timestamptz`)}`;
const LOCK = {
  sql: `
    SELECT ${COLUMNS}, EXISTS (
      SELECT 1 FROM payments other WHERE other.order_id = p.order_id AND other.status = 'requires_action' AND other.id <> p.id
    ) AS "othersWait", EXISTS (
      SELECT 1 FROM payments other WHERE other.order_id = p.order_id AND other.status IN ('processing', 'requires_action') AND other.id <> p.id
    ) AS "othersOpen"
    FROM payments p WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
  key: 'id',
  locks: 'payment',
} as const satisfies BatchQuery;
const UPDATE = `
  UPDATE payments p SET status = t.status, authorized_amount = t.authorized_amount, captured_amount = t.captured_amount,
    capture_pending = t.capture_pending, voided_amount = t.voided_amount, void_pending = t.void_pending,
    refunded_amount = t.refunded_amount, refund_pending = t.refund_pending, decline = t.decline, version = t.version,
    updated_at = t.updated_at, reference = t.reference, next_action = t.next_action
  FROM (${rowsOf(`id uuid, status text, authorized_amount bigint, captured_amount bigint, capture_pending bigint,
    voided_amount bigint, void_pending bigint, refunded_amount bigint, refund_pending bigint,
    decline jsonb, version int, updated_at timestamptz, reference text, next_action jsonb`)}) AS t
  WHERE p.id = t.id`;
/** Customers are locked in order of their ids; what one asks for several times in a group counts for each after the first. */
const STANDING = {
  sql: `
    WITH asked AS (
      SELECT o.id, o.customer_id, row_number() OVER (PARTITION BY o.customer_id ORDER BY o.id) - 1 AS before
      FROM orders o WHERE o.id = ANY($1::uuid[])
    )
    SELECT a.id AS "orderId", p.open, p.tried AS "triedOfOrder", a.before + u.payments AS "triedOfCustomer"
    FROM asked a
    JOIN customers_unsettled(ARRAY(SELECT customer_id FROM asked)) u ON u.customer = a.customer_id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(amount) FILTER (WHERE status = 'processing'), 0)::bigint AS open,
        count(*) FILTER (WHERE status IN ('declined', 'processing', 'requires_action')) AS tried
      FROM payments WHERE order_id = a.id
    ) p`,
  key: 'orderId',
} as const satisfies BatchQuery;

/** What has been tried to pay an order, and by its customer in the last hour. */
export interface PaymentStanding extends TriedPayments {
  /**
   * What payments of the order that are still under way may yet bring in, in minor units. One that waits for its shopper
   * does not count: they may have turned to another way to pay.
   */
  readonly open: number;
}

const LOCK_OF_ORDER = `SELECT ${COLUMNS} FROM payments WHERE order_id = $1 ORDER BY id FOR UPDATE`;
const WAITING = `SELECT id FROM payments WHERE order_id = $1 AND status = 'requires_action' ORDER BY id`;
const FAILED_VOIDS = `
  SELECT a.payment_id AS "paymentId", count(*)::int AS tries,
    extract(epoch FROM now() - max(a.updated_at))::float8 * 1000 AS "sinceMs"
  FROM payments p JOIN payment_attempts a ON a.payment_id = p.id
  WHERE p.order_id = $1 AND a.kind = 'void' AND a.state IN ('declined', 'failed') AND NOT EXISTS (
    SELECT FROM payment_attempts later
    WHERE later.payment_id = p.id AND later.kind = 'void' AND later.state = 'succeeded' AND later.id > a.id)
  GROUP BY a.payment_id`;

/** A payment with what must be known of the others on its order, which the order's lock keeps as they are. */
export interface LockedPayment extends Payment {
  /** Whether the shopper has still to act for one of them. */
  readonly othersWait: boolean;
  /** Whether the outcome of one of them is still to come. */
  readonly othersOpen: boolean;
}

type Selected = Payment & Record<string, unknown>;

@Injectable()
export class PaymentsRepository {
  readonly declineQuota: DeclineQuota;

  constructor(
    private readonly tx: Transaction,
    config: Config,
  ) {
    this.declineQuota = config.of(paymentSettings).declineQuota;
  }

  insert(payment: Payment): void {
    const { id, orderId, customerId, provider, paymentMethod, capture, currency, status, amount, createdAt } = payment;
    const what = [provider, paymentMethod, capture, currency, status, amount];
    this.tx.writeBatch(INSERT, [[id, orderId, customerId, ...what, createdAt, createdAt]]);
  }

  async find(id: PaymentId): Promise<Payment | undefined> {
    return (await this.tx.query<Selected>(`SELECT ${COLUMNS} FROM payments WHERE id = $1`, [id]))[0];
  }

  /** Locks the payment until the transaction ends; lock its order first. */
  async lock(id: PaymentId): Promise<LockedPayment | undefined> {
    return (await this.tx.queryBatch<LockedPayment & Record<string, unknown>>(LOCK, [[id]]))[0];
  }

  /** All payments of an order, however many, oldest first, locked until the transaction ends; lock the order first. */
  lockOf(orderId: OrderId): Promise<Payment[]> {
    return this.tx.query<Selected>(LOCK_OF_ORDER, [orderId]);
  }

  /** All payments of an order that wait for its shopper. */
  async waitingOf(orderId: OrderId): Promise<PaymentId[]> {
    return (await this.tx.query<{ id: PaymentId }>(WAITING, [orderId])).map(({ id }) => id);
  }

  /** Voids that providers refused, by payment. Certain while the order is locked. */
  failedVoidsOf(orderId: OrderId): Promise<FailedVoids[]> {
    return this.tx.query<FailedVoids & Record<string, unknown>>(FAILED_VOIDS, [orderId]);
  }

  /** Writes what may change of a payment, and returns it as its next version. */
  save<P extends Payment>(before: P): P {
    const payment = { ...before, version: before.version + 1 };
    this.tx.writeBatch(UPDATE, [
      [
        payment.id,
        payment.status,
        payment.authorizedAmount,
        payment.capturedAmount,
        payment.capturePending,
        payment.voidedAmount,
        payment.voidPending,
        payment.refundedAmount,
        payment.refundPending,
        payment.decline && JSON.stringify(payment.decline),
        payment.version,
        payment.updatedAt,
        payment.reference,
        payment.nextAction && JSON.stringify(payment.nextAction),
      ],
    ]);
    return payment;
  }

  /** Payments of the order, which is locked, before a new one. Takes the customer's lock. */
  async standing(orderId: OrderId): Promise<PaymentStanding> {
    return (await this.tx.queryBatch<PaymentStanding & Record<string, unknown>>(STANDING, [[orderId]]))[0]!;
  }

  /** Newest first. Only the conditions that apply are in the statement, so that each one has its index. */
  list({ customerId, orderId, after, limit }: PaymentFilter): Promise<Payment[]> {
    const parameters: unknown[] = [limit];
    const where = (condition: string, value: unknown) =>
      value === undefined ? [] : [`${condition} $${parameters.push(value)}`];
    const conditions = [
      ...where('order_id =', orderId),
      ...where('customer_id =', customerId),
      ...where('id <', after?.[0]),
    ];
    const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.tx.query<Selected>(`SELECT ${COLUMNS} FROM payments ${filter} ORDER BY id DESC LIMIT $1`, parameters);
  }
}
