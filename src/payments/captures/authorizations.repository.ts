import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThanOrEqual, Not } from 'typeorm';
import type { AttemptId, PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { AttemptEntity } from '../attempts/attempt.entity.js';
import { dueAttempts } from '../attempts/due-attempts.js';
import { PaymentEntity } from '../attempts/payment.entity.js';
import type { ProviderGroup } from '../attempts/provider-groups.js';
import type { Payment } from '../domain/payment.js';

/** The successful attempt that authorised a payment. */
export type Authorization = Pick<AttemptEntity, 'id' | 'paymentId' | 'orderId' | 'createdAt' | 'ageMs'>;

/** Longer than the voids of one claim take, which run at once, and the delay before an authorization that could not be voided is checked again. */
const LEASE_SECONDS = 600;

/** A succeeded attempt that is due: see `AttemptsRepository.scheduleExpiryCheck`. */
@Injectable()
export class AuthorizationsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Claims due authorizations of these providers, or of all others, for ten minutes, longest due first. */
  claim(group: ProviderGroup, limit: number): Promise<Authorization[]> {
    return this.tx.run(async () => {
      const attempts = this.tx.repository(AttemptEntity);
      const due = await dueAttempts(attempts, group, limit).andWhere(`a.state = 'succeeded'`).getMany();
      const leased = { nextCheckAt: () => `now() + interval '${LEASE_SECONDS} seconds'` };
      if (due.length > 0) await attempts.update({ id: In(due.map(({ id }) => id)) }, leased);
      return due;
    });
  }

  /** The payment as it is now. */
  async payment(id: PaymentId): Promise<Payment> {
    return this.tx.repository(PaymentEntity).findOneByOrFail({ id });
  }

  /** Schedules the next check in `inMs` milliseconds, or none for null. Returns false if another worker did it first. */
  async scheduleExpiryCheck(id: AttemptId, inMs: number | null): Promise<boolean> {
    const attempts = this.tx.repository(AttemptEntity);
    const { affected } = await attempts
      .createQueryBuilder()
      .update()
      .set({ nextCheckAt: inMs === null ? null : () => `now() + :inMs::float8 * interval '1 millisecond'` })
      .where({ id, nextCheckAt: Not(IsNull()) })
      .setParameter('inMs', inMs)
      .execute();
    return affected === 1;
  }

  /** Whether a part of the payment was voided at that time or later. */
  async wasVoidedSince(paymentId: PaymentId, since: Date): Promise<boolean> {
    const attempts = this.tx.repository(AttemptEntity);
    return attempts.existsBy({ paymentId, kind: 'void', state: 'succeeded', createdAt: MoreThanOrEqual(since) });
  }

  /** How many voids of the payment from that time on its provider refused. Those that did not reach it don't count. */
  async refusedVoidsSince(paymentId: PaymentId, since: Date): Promise<number> {
    const attempts = this.tx.repository(AttemptEntity);
    return attempts.countBy({ paymentId, kind: 'void', state: 'declined', createdAt: MoreThanOrEqual(since) });
  }
}
