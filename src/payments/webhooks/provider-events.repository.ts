import { Injectable } from '@nestjs/common';
import type { AttemptId, OrderId, PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { AttemptEntity } from '../attempts/attempt.entity.js';
import { PaymentEntity } from '../attempts/payment.entity.js';
import { ProviderEventEntity } from '../attempts/provider-event.entity.js';
import type { ProviderNotification } from '../providers/provider.js';

/**
 * The rows that a notification is about; `id` is the attempt that it names or undoes (then it is `own`), or the first attempt of the
 * payment.
 */
export interface Located {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly currency: string;
  readonly own: boolean;
}

@Injectable()
export class ProviderEventsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns undefined if Till knows no such attempt or payment at this provider. */
  async locate(
    provider: string,
    notification: Pick<ProviderNotification, 'attemptId' | 'reference' | 'undoes'>,
  ): Promise<Located | undefined> {
    const { undoes, reference } = notification;
    const attemptId = notification.attemptId ?? (undoes === undefined ? null : await this.attemptOf(provider, undoes));
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
    const found = await named.limit(1).getRawOne<Omit<Located, 'own'>>();
    return found && { ...found, own: attemptId !== null };
  }

  /** Returns the attempt that the event was applied to; null if there is none. */
  private async attemptOf(provider: string, providerEventId: string): Promise<AttemptId | null> {
    const event = await this.tx.repository(ProviderEventEntity).findOneBy({ provider, providerEventId });
    return event?.attemptId ?? null;
  }

  /** Whether the event was applied, from any source. Exact while its payment is locked. */
  async isApplied(provider: string, providerEventId: string): Promise<boolean> {
    return this.tx.repository(ProviderEventEntity).existsBy({ provider, providerEventId });
  }
}
