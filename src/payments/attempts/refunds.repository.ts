import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import {
  leastIdAt,
  type ObligationId,
  type OrderId,
  type PaymentId,
  type RefundId,
  type UserId,
} from '../../shared/ids.js';
import { slices } from '../../shared/slices.js';
import { columnsOf, type Row, Transaction, whereOf } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import { MAX_TRIES } from '../domain/check-schedule.js';
import type { Refund, RefundStatus } from '../domain/payment.js';
import type { OpenRefund } from '../domain/return-plan.js';
import { AttemptEntity } from './attempt.entity.js';
import { PaymentEntity } from './payment.entity.js';
import { linesOf, RefundEntity } from './refund.entity.js';

export interface RefundFilter {
  readonly status?: RefundStatus | undefined;
  readonly paymentId?: PaymentId | undefined;
  /** By the times of their ids, to a few milliseconds. */
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

/** Who requested a refund, or the obligation that it is for. Till tries a refund for an obligation again if it is refused. */
export type NewRefund = Pick<Refund, 'id' | 'paymentId' | 'amount' | 'reason'> & {
  readonly actorId?: UserId;
  readonly obligationId?: ObligationId;
};

const COLUMNS = columnsOf(RefundEntity, 'r', [
  'id',
  'paymentId',
  'amount',
  'currency',
  'reason',
  'status',
  'createdAt',
  'updatedAt',
]);

const SURPLUS = `SELECT count(*)::int AS surplus FROM surplus_refunds WHERE created_at > now() - interval '7 days'`;

/** Rows per INSERT: PostgreSQL allows 65,535 parameters. */
const AT_ONCE = 1000;

@Injectable()
export class RefundsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Writes new pending refunds. */
  async insert(...refunds: readonly NewRefund[]): Promise<void> {
    const repository = this.tx.repository(RefundEntity);
    const rows = refunds.map((refund) => ({ ...refund, status: 'pending' as const }));
    for (const some of slices(rows, AT_ONCE)) await repository.insert(some);
  }

  /** Returns the refunds of an order's payments that have not succeeded, oldest first. Exact while the order is locked. */
  async openOf(orderId: OrderId): Promise<OpenRefund[]> {
    const repository = this.tx.repository(RefundEntity);
    return (
      repository
        .createQueryBuilder('r')
        .innerJoin(PaymentEntity, 'p', 'p.id = r.paymentId')
        .leftJoin(AttemptEntity, 'a', 'a.refundId = r.id')
        .select(['r.id AS id', 'r.paymentId AS "paymentId"', 'r.amount AS amount', 'r.status AS status'])
        .addSelect('r.obligationId IS NOT NULL', 'isOwed')
        .addSelect('EXISTS (SELECT FROM refund_lines l WHERE l.refund_id = r.id)', 'isOfPieces')
        // A refund whose money came back would come back again: people have to return it in another way.
        .addSelect(
          `CASE WHEN bool_or(a.state = 'failed') THEN ${MAX_TRIES} ELSE count(*) FILTER (WHERE a.state = 'declined')::int END`,
          'tries',
        )
        .addSelect(`coalesce(bool_or(a.state NOT IN ('succeeded', 'declined', 'failed')), false)`, 'isLive')
        .addSelect('coalesce(extract(epoch FROM now() - max(a.updatedAt)), 0)::float8 * 1000', 'sinceMs')
        .where('p.orderId = :orderId', { orderId })
        .andWhere(`r.status IN ('pending', 'failed')`)
        .groupBy('r.id')
        .orderBy('r.id')
        .getRawMany<OpenRefund>()
    );
  }

  /** Marks a refused refund to be tried again, for an obligation if there is one. Its order is locked. */
  async tryAgain(id: RefundId, obligationId?: ObligationId): Promise<void> {
    const repository = this.tx.repository(RefundEntity);
    await repository.update(id, { status: 'pending', ...(obligationId && { obligationId }) });
  }

  /** Cancels refunds whose money was returned in another way. Their order is locked. */
  async cancel(ids: readonly RefundId[]): Promise<void> {
    if (ids.length === 0) return;
    await this.tx.repository(RefundEntity).update({ id: In(ids) }, { status: 'cancelled' });
  }

  /** Returns how many refused refunds are left to people. */
  async countFailed(): Promise<number> {
    return this.tx.repository(RefundEntity).countBy({ status: 'failed' });
  }

  /** Returns how many refunds succeeded within a week although their pieces had been refunded anew. */
  async countSurplus(): Promise<number> {
    const [row] = await this.tx.query<{ surplus: number }>(SURPLUS);
    return row!.surplus;
  }

  async find(id: RefundId): Promise<Refund | null> {
    return this.tx.repository(RefundEntity).findOneBy({ id });
  }

  /** Whether its provider made the refund, in any of its tries. Exact while its order is locked. */
  wasMade({ id: refundId, paymentId }: Pick<Refund, 'id' | 'paymentId'>): Promise<boolean> {
    return this.tx.repository(AttemptEntity).existsBy({ paymentId, refundId, state: 'succeeded' });
  }

  /** Whether one person alone requested a refund: nobody approved it, and it is not for an obligation. */
  async isOfOnePerson(id: RefundId): Promise<boolean> {
    const sql = `SELECT FROM refunds r WHERE r.id = $1 AND r.actor_id IS NOT NULL AND r.obligation_id IS NULL
      AND NOT EXISTS (SELECT FROM approvals a WHERE a.refund_id = r.id)`;
    return (await this.tx.query(sql, [id])).length > 0;
  }

  /** Newest first. By TypeORM it takes 1.5 times as long, over HTTP. */
  list({ status, paymentId, createdFrom, createdTo, after, limit }: RefundFilter): Promise<Refund[]> {
    const parameters: unknown[] = [limit];
    const filter = whereOf(parameters, {
      'r.payment_id =': paymentId,
      'r.status =': status,
      'r.id <': after?.[0],
      // Ids are made with their rows, so their times narrow the range of the index.
      'r.id >=': createdFrom && leastIdAt(createdFrom),
      'r.id <= ': createdTo && leastIdAt(createdTo),
    });
    const sql = `SELECT ${COLUMNS}, (${linesOf('r')}) AS lines FROM refunds r ${filter} ORDER BY r.id DESC LIMIT $1`;
    return this.tx.query<Refund & Row>(sql, parameters);
  }
}
