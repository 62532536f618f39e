import { Injectable } from '@nestjs/common';
import { type DisputeId, type EventId, newId, type PaymentId } from '../../shared/ids.js';
import { columnsOf, type Row, Transaction, whereOf } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import { ProviderEventEntity } from '../attempts/provider-event.entity.js';
import { covered, type Dispute, type DisputeStatus } from '../domain/dispute-decision.js';
import type { DisputeNotification } from '../providers/provider.js';
import { DisputeEntity } from './dispute.entity.js';

const COLUMNS = columnsOf(DisputeEntity, 'd');

/** The notification of an end; `coveredAmount` is what the payment held of a loss after a win, null for any other end. */
export interface DisputeEnd {
  readonly notification: DisputeNotification;
  readonly coveredAmount: number | null;
}

export interface DisputeFilter {
  readonly paymentId?: PaymentId | undefined;
  readonly status?: DisputeStatus | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

@Injectable()
export class DisputesRepository {
  constructor(private readonly tx: Transaction) {}

  async find(id: DisputeId): Promise<Dispute | null> {
    return this.tx.repository(DisputeEntity).findOneBy({ id });
  }

  /** Finds a dispute by its provider's reference. Exact while its payment is locked. */
  async findByReference(provider: string, reference: string): Promise<Dispute | null> {
    return this.tx.repository(DisputeEntity).findOneBy({ provider, reference });
  }

  /** Returns the money that the payment has lost in disputes, in minor units. Exact while the payment is locked. */
  async lostOf(paymentId: PaymentId): Promise<number> {
    const lost = await this.tx.repository(DisputeEntity).findBy({ paymentId, status: 'lost' });
    return lost.reduce((sum, dispute) => sum + covered(dispute), 0);
  }

  /** Newest first. By TypeORM it takes 1.8 times as long, over HTTP. */
  list({ paymentId, status, after, limit }: DisputeFilter): Promise<Dispute[]> {
    const parameters: unknown[] = [limit];
    const given = { 'd.payment_id =': paymentId, 'd.status =': status, 'd.id <': after?.[0] };
    const filter = whereOf(parameters, given);
    const sql = `SELECT ${COLUMNS} FROM disputes d ${filter} ORDER BY d.id DESC LIMIT $1`;
    return this.tx.query<Dispute & Row>(sql, parameters);
  }

  /** Writes a new dispute with the notification that opened it. */
  async insert(dispute: Dispute, notification: DisputeNotification): Promise<void> {
    await this.tx.repository(DisputeEntity).insert(dispute);
    await this.note(newId<'evt'>(), dispute, notification);
  }

  /** Writes an end of a dispute with the notification that reported it. `coveredAmount`: of a loss after a win. */
  async close(
    eventId: EventId,
    { id, provider, status, closedAt, reportedAt }: Dispute,
    end: DisputeEnd,
  ): Promise<void> {
    await this.tx.repository(DisputeEntity).update(id, { status, closedAt, reportedAt });
    await this.note(eventId, { id, provider }, end.notification, end.coveredAmount);
  }

  /** Writes the time for which the provider reported the known decision again. */
  async confirm({ id }: Dispute, reportedAt: Date): Promise<void> {
    await this.tx.repository(DisputeEntity).update(id, { reportedAt });
  }

  private async note(
    id: EventId,
    { id: disputeId, provider }: Pick<Dispute, 'id' | 'provider'>,
    { providerEventId, type, amount, currency, occurredAt }: DisputeNotification,
    coveredAmount: number | null = null,
  ): Promise<void> {
    const about = { id, provider, providerEventId, disputeId };
    const events = this.tx.repository(ProviderEventEntity);
    await events.insert({ ...about, type, amount, coveredAmount, currency, occurredAt });
  }
}
