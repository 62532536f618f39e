import { Injectable } from '@nestjs/common';
import type { OrderId, PaymentId, UserId } from '../../shared/ids.js';
import { Config } from '../../platform/config/index.js';
import { type BatchQuery, columnsOf, insertMany, Transaction, updateMany } from '../../platform/database/index.js';
import type { DeclineQuota, TriedPayments } from '../domain/decline-quota.js';
import type { Payment } from '../domain/payment.js';
import type { FailedVoids } from '../domain/return-plan.js';
import { paymentSettings } from '../payments.settings.js';
import { PaymentEntity } from './payment.entity.js';
import { isKept, type PaymentList, paymentListQuery } from './payment-list.js';

const COLUMNS = columnsOf(PaymentEntity, 'p');
const FIND = `SELECT ${COLUMNS} FROM payments p WHERE p.id = $1`;
const INSERT = insertMany(PaymentEntity);
const UPDATE = updateMany(PaymentEntity);
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
/** Locks customers in order of their ids. In a group, each further payment of a customer counts the ones before it. */
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

/** Earlier payments of an order, and of its customer in the last hour. */
export interface PaymentStanding extends TriedPayments {
  /**
   * The amount that payments of the order in progress may still bring in, in minor units. A payment that waits for its shopper
   * does not count: the shopper may have chosen another way to pay.
   */
  readonly open: number;
}

/** Only one payment per customer in a group, so that each sees the ones before it. */
const TRIED_OF_CUSTOMER = {
  sql: `SELECT customer, payments AS tried FROM customers_unsettled($1::uuid[])`,
  key: 'customer',
  locks: 'customer',
} as const satisfies BatchQuery;

const LOCK_OF_ORDER = `SELECT ${COLUMNS} FROM payments p WHERE order_id = $1 ORDER BY id FOR UPDATE`;
const OF_ORDERS = `SELECT ${COLUMNS} FROM payments p WHERE order_id = ANY ($1::uuid[]) ORDER BY id DESC`;
const RESOLVE_NOW = `
  UPDATE payment_attempts SET next_check_at = now() WHERE payment_id = $1 AND kind = 'authorize' AND state = 'requires_action'`;
const FAILED_VOIDS = `
  SELECT a.payment_id AS "paymentId", count(*)::int AS tries,
    extract(epoch FROM now() - max(a.updated_at))::float8 * 1000 AS "sinceMs"
  FROM payments p JOIN payment_attempts a ON a.payment_id = p.id
  WHERE p.order_id = $1 AND a.kind = 'void' AND a.state IN ('declined', 'failed') AND NOT EXISTS (
    SELECT FROM payment_attempts later
    WHERE later.payment_id = p.id AND later.kind = 'void' AND later.state = 'succeeded' AND later.id > a.id)
  GROUP BY a.payment_id`;

/** A payment with facts about the other payments of its order, which the order's lock keeps stable. */
export interface LockedPayment extends Payment {
  /** Whether another payment waits for its shopper. */
  readonly othersWait: boolean;
  /** Whether another payment has an open outcome. */
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
    this.tx.writeBatch(INSERT, [payment]);
  }

  async find(id: PaymentId): Promise<Payment | undefined> {
    return (await this.tx.query<Selected>(FIND, [id]))[0];
  }

  /** Locks the payment until the transaction ends; lock its order first. */
  async lock(id: PaymentId): Promise<LockedPayment | undefined> {
    return (await this.tx.queryBatch<LockedPayment & Record<string, unknown>>(LOCK, [[id]]))[0];
  }

  /** Locks all payments of an order until the transaction ends, oldest first, without a limit; lock the order first. */
  lockOf(orderId: OrderId): Promise<Payment[]> {
    return this.tx.query<Selected>(LOCK_OF_ORDER, [orderId]);
  }

  /** Returns all payments of these orders, the newest first. */
  ofOrders(ids: readonly OrderId[]): Promise<Payment[]> {
    return this.tx.query<Selected>(OF_ORDERS, [ids]);
  }

  /** Returns all payments of an order that wait for the shopper, oldest first. */
  async waitingOf(orderId: OrderId): Promise<PaymentId[]> {
    const where = { orderId, status: 'requires_action' } as const;
    const payments = this.tx.repository(PaymentEntity);
    return (await payments.find({ select: { id: true }, where, order: { id: 'ASC' } })).map(({ id }) => id);
  }

  /** Lets the resolver look at once at the first operation of a payment that waits for its shopper. The payment is locked. */
  resolveNow(id: PaymentId): void {
    this.tx.write(RESOLVE_NOW, [id]);
  }

  /** Returns the refused voids by payment. Exact while the order is locked. */
  failedVoidsOf(orderId: OrderId): Promise<FailedVoids[]> {
    return this.tx.query<FailedVoids & Record<string, unknown>>(FAILED_VOIDS, [orderId]);
  }

  /** Writes the fields of a payment that may change. Returns its next version. */
  save<P extends Payment>(before: P): P {
    const payment = { ...before, version: before.version + 1 };
    this.tx.writeBatch(UPDATE, [payment]);
    return payment;
  }

  /** Returns the earlier payments before a new one of the order, which is locked. Locks the customer. */
  async standing(orderId: OrderId): Promise<PaymentStanding> {
    return (await this.tx.queryBatch<PaymentStanding & Record<string, unknown>>(STANDING, [[orderId]]))[0]!;
  }

  /** The same for an order that is placed in the running transaction and so has no payments. */
  async standingOfNew(customerId: UserId): Promise<PaymentStanding> {
    const rows = await this.tx.queryBatch<{ tried: number } & Record<string, unknown>>(TRIED_OF_CUSTOMER, [
      [customerId],
    ]);
    return { open: 0, triedOfOrder: 0, triedOfCustomer: rows[0]!.tried };
  }

  /** Newest first. By TypeORM it takes 1.3 to 1.8 times as long, over HTTP; `find` 1.2 times. */
  async list(list: PaymentList): Promise<Payment[]> {
    const { sql, parameters } = paymentListQuery(list);
    if (isKept(list)) return this.tx.query<Selected>(sql, parameters);
    return (await this.tx.repository(PaymentEntity).query(sql, [...parameters])) as Payment[];
  }
}
