import { Injectable } from '@nestjs/common';
import type { PaymentId, RefundId, UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';
import type { Refund } from './domain/payment.js';

const COLUMNS = `
  r.id, r.payment_id AS "paymentId", r.amount, p.currency, r.reason, r.status, r.created_at AS "createdAt",
  r.updated_at AS "updatedAt"`;
const FROM = `FROM refunds r JOIN payments p ON p.id = r.payment_id`;
const INSERT = `
  INSERT INTO refunds (id, payment_id, amount, reason, status, actor_id) VALUES ($1, $2, $3, $4, 'pending', $5)`;

type NewRefund = Pick<Refund, 'id' | 'paymentId' | 'amount' | 'reason'>;
type Selected = Refund & Record<string, unknown>;

@Injectable()
export class RefundsRepository {
  constructor(private readonly tx: Transaction) {}

  /** A new pending refund; `actorId` is null when Till gives the money back by itself. */
  insert({ id, paymentId, amount, reason }: NewRefund, actorId: UserId | null): void {
    this.tx.write(INSERT, [id, paymentId, amount, reason, actorId]);
  }

  async find(id: RefundId): Promise<Refund | undefined> {
    return (await this.tx.query<Selected>(`SELECT ${COLUMNS} ${FROM} WHERE r.id = $1`, [id]))[0];
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
