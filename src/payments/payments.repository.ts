import { Injectable } from '@nestjs/common';
import type { OrderId, PaymentId, UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';
import type { Payment } from './domain/payment.js';

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
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`;
const UPDATE = `
  UPDATE payments SET status = $2, authorized_amount = $3, captured_amount = $4, capture_pending = $5, voided_amount = $6,
    void_pending = $7, refunded_amount = $8, refund_pending = $9, decline = $10, version = $11, updated_at = $12,
    reference = $13, next_action = $14
  WHERE id = $1`;
const LOCK = `
  SELECT ${COLUMNS}, EXISTS (
    SELECT 1 FROM payments other WHERE other.order_id = p.order_id AND other.status = 'requires_action' AND other.id <> p.id
  ) AS "othersWait"
  FROM payments p WHERE id = $1 FOR UPDATE`;
const OPEN_AMOUNT = `
  SELECT coalesce(sum(amount), 0)::bigint AS open FROM payments
  WHERE order_id = $1 AND status = 'processing'`;

/** A payment with what must be known of the others on its order, which the order's lock keeps as they are. */
export interface LockedPayment extends Payment {
  /** Whether the shopper has still to act for one of them. */
  readonly othersWait: boolean;
}

type Selected = Payment & Record<string, unknown>;

@Injectable()
export class PaymentsRepository {
  constructor(private readonly tx: Transaction) {}

  insert(payment: Payment): void {
    const { id, orderId, customerId, provider, paymentMethod, capture, currency, status, amount, createdAt } = payment;
    this.tx.write(INSERT, [
      id,
      orderId,
      customerId,
      provider,
      paymentMethod,
      capture,
      currency,
      status,
      amount,
      createdAt,
    ]);
  }

  async find(id: PaymentId): Promise<Payment | undefined> {
    return (await this.tx.query<Selected>(`SELECT ${COLUMNS} FROM payments WHERE id = $1`, [id]))[0];
  }

  /** Locks the payment until the transaction ends; lock its order first. */
  async lock(id: PaymentId): Promise<LockedPayment | undefined> {
    return (await this.tx.query<LockedPayment & Record<string, unknown>>(LOCK, [id]))[0];
  }

  /** Writes what may change of a payment, as its next version. */
  save(payment: Payment): void {
    payment.version += 1;
    this.tx.write(UPDATE, [
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
    ]);
  }

  /**
   * What payments of the order that are still under way may yet bring in, in minor units. One that waits for its shopper
   * does not count: they may have turned to another way to pay.
   */
  async openAmount(orderId: OrderId): Promise<number> {
    return (await this.tx.query<{ open: number }>(OPEN_AMOUNT, [orderId]))[0]!.open;
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
