import type { Repository, SelectQueryBuilder } from 'typeorm';
import type { AttemptEntity } from './attempt.entity.js';
import { PaymentEntity } from './payment.entity.js';
import type { ProviderGroup } from './provider-groups.js';

/** Selects the attempts `a` of these providers, or of all others, that are due, longest due first; locks them, and skips those of other workers. */
export function dueAttempts(
  attempts: Repository<AttemptEntity>,
  { providers, except }: ProviderGroup,
  limit: number,
): SelectQueryBuilder<AttemptEntity> {
  return attempts
    .createQueryBuilder('a')
    .innerJoin(PaymentEntity, 'p', 'p.id = a.paymentId')
    .where('a.nextCheckAt <= now()')
    .andWhere('(p.provider = ANY(:providers)) = :named', { providers, named: !except })
    .orderBy('a.nextCheckAt')
    .limit(limit)
    .setLock('pessimistic_write', undefined, ['a'])
    .setOnLocked('skip_locked');
}
