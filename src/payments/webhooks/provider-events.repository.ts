import { Injectable } from '@nestjs/common';
import type { AttemptId, OrderId, PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { AttemptEntity } from '../attempts/attempt.entity.js';
import { PaymentEntity } from '../attempts/payment.entity.js';
import { ProviderEventEntity } from '../attempts/provider-event.entity.js';
import type { ProviderNotification } from '../providers/provider.js';

/** The rows that a notification is about; `id` is the attempt that it names, or the first attempt of the payment. */
export interface Located {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly currency: string;
}

@Injectable()
export class ProviderEventsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns undefined if Till knows no such attempt or payment at this provider. */
  async locate(
    provider: string,
    { attemptId, reference }: Pick<ProviderNotification, 'attemptId' | 'reference'>,
  ): Promise<Located | undefined> {
    if (attemptId === null && reference === null) return undefined;
    const attempts = this.tx.repository(AttemptEntity);
    const ofProvider = attempts
      .createQueryBuilder('a')
      .innerJoin(PaymentEntity, 'p', 'p.id = a.paymentId')
      .select(['a.id AS id', 'a.paymentId AS "paymentId"', 'p.orderId AS "orderId"', 'p.currency AS currency'])
      .where('p.provider = :provider', { provider });
    const named =
      attemptId === null
        ? ofProvider.andWhere(`p.reference = :reference AND a.kind = 'authorize'`, { reference }).orderBy('a.id')
        : ofProvider.andWhere('a.id = :attemptId', { attemptId });
    return named.limit(1).getRawOne<Located>();
  }

  /** Whether the event was applied, from any source. Exact while its payment is locked. */
  async isApplied(provider: string, providerEventId: string): Promise<boolean> {
    return this.tx.repository(ProviderEventEntity).existsBy({ provider, providerEventId });
  }
}
