import { Injectable } from '@nestjs/common';
import type { ObligationId, OrderId, PaymentId, RefundId, UserId } from '../../shared/ids.js';
import { rowsOf, Transaction } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { Refund, RefundStatus } from '../domain/payment.js';
import type { OpenRefund } from '../domain/return-plan.js';

const COLUMNS = `
  r.id, r.payment_id AS "paymentId", r.amount, p.currency, r.reason, r.status, r.created_at AS "createdAt",
  r.updated_at AS "updatedAt"`;
const FROM = `FROM refunds r JOIN payments p ON p.id = r.payment_id`;
const INSERT = `
  INSERT INTO refunds (id, payment_id, amount, reason, status, actor_id, obligation_id)
  ${rowsOf('id uuid, payment_id uuid, amount bigint, reason text, status text, actor_id uuid, obligation_id uuid')}`;
/** Those of an order that have not succeeded, with what became of their attempts. */
const OPEN = `
  SELECT r.id, r.payment_id AS "paymentId", r.amount, r.status, r.obligation_id IS NOT NULL AS "isOwed",
    count(*) FILTER (WHERE a.state IN ('declined', 'failed'))::int AS tries,
    coalesce(bool_or(a.state NOT IN ('succeeded', 'declined', 'failed')), false) AS "isLive",
    coalesce(extract(epoch FROM now() - max(a.updated_at)), 0)::float8 * 1000 AS "sinceMs"
  FROM payments p JOIN refunds r ON r.payment_id = p.id LEFT JOIN payment_attempts a ON a.refund_id = r.id
  WHERE p.order_id = $1 AND r.status IN ('pending', 'failed') GROUP BY r.id ORDER BY r.id`;
const TRY_AGAIN = `
  UPDATE refunds SET status = 'pending', obligation_id = coalesce($2, obligation_id), updated_at = now() WHERE id = $1`;
const CANCEL = `UPDATE refunds SET status = 'cancelled', updated_at = now() WHERE id = ANY($1::uuid[])`;
const COUNT_FAILED = `SELECT count(*)::int AS refunds FROM refunds WHERE status = 'failed'`;

export interface RefundFilter {
  readonly status?: RefundStatus | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

type NewRefund = Pick<Refund, 'id' | 'paymentId' | 'amount' | 'reason'>;
type Selected = Refund & Record<string, unknown>;

@Injectable()
export class RefundsRepository {
  constructor(private readonly tx: Transaction) {}

  /** A new pending refund, by somebody, or for an obligation: then it is tried again until Till gives up. */
  insert(
    { id, paymentId, amount, reason }: NewRefund,
    by: { actorId?: UserId; obligationId?: ObligationId } = {},
  ): void {
    // With those that wait to be written already: an attempt refers to it, and those leave together too.
    this.tx.writeBatch(INSERT, [
      [id, paymentId, amount, reason, 'pending', by.actorId ?? null, by.obligationId ?? null],
    ]);
  }

  /** Those of all payments of an order that have not succeeded, oldest first. Certain while the order is locked. */
  openOf(orderId: OrderId): Promise<OpenRefund[]> {
    return this.tx.query<OpenRefund & Record<string, unknown>>(OPEN, [orderId]);
  }

  /** A refund that was refused is to be tried once more; for an obligation where there is one. Its order is locked. */
  tryAgain(id: RefundId, obligationId?: ObligationId): void {
    this.tx.write(TRY_AGAIN, [id, obligationId ?? null]);
  }

  /** Nobody needs these refunds any more: what they were to give back went back otherwise. Their order is locked. */
  cancel(ids: readonly RefundId[]): void {
    if (ids.length > 0) this.tx.write(CANCEL, [ids]);
  }

  /** How many were refused and are left to people. */
  async countFailed(): Promise<number> {
    return (await this.tx.query<{ refunds: number }>(COUNT_FAILED))[0]!.refunds;
  }

  async find(id: RefundId): Promise<Refund | undefined> {
    return (await this.tx.query<Selected>(`SELECT ${COLUMNS} ${FROM} WHERE r.id = $1`, [id]))[0];
  }

  /** Those of all payments, newest first. Only the conditions that apply are in the statement, so that each has its index. */
  listAll({ status, after, limit }: RefundFilter): Promise<Refund[]> {
    const parameters: unknown[] = [limit];
    const conditions = [
      ...(status === 'failed' ? [`r.status = 'failed'`] : []),
      ...(status && status !== 'failed' ? [`r.status = $${parameters.push(status)}`] : []),
      ...(after ? [`r.id < $${parameters.push(after[0])}`] : []),
    ];
    const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.tx.query<Selected>(`SELECT ${COLUMNS} ${FROM} ${filter} ORDER BY r.id DESC LIMIT $1`, parameters);
  }

  /** Newest first. */
  list(paymentId: PaymentId, after: Keyset | undefined, limit: number): Promise<Refund[]> {
    const position = after ? 'AND r.id < $3' : '';
    return this.tx.query<Selected>(
      `SELECT ${COLUMNS} ${FROM} WHERE r.payment_id = $1 ${position} ORDER BY r.id DESC LIMIT $2`,
      [paymentId, limit, ...(after ?? [])],
    );
  }
}
