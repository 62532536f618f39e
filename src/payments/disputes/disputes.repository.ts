import { Injectable } from '@nestjs/common';
import { type DisputeId, newId, type PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { Dispute } from '../domain/dispute-decision.js';
import type { Payment } from '../domain/payment.js';
import type { ProviderNotification } from '../providers/provider.js';

const SELECT = `
  SELECT d.id, d.payment_id AS "paymentId", d.provider, d.reference, d.amount, p.currency, d.status, d.opened_at AS "openedAt",
    d.closed_at AS "closedAt"
  FROM disputes d JOIN payments p ON p.id = d.payment_id`;
const FIND = `${SELECT} WHERE d.id = $1`;
const FIND_BY_REFERENCE = `${SELECT} WHERE d.provider = $1 AND d.reference = $2`;
const LOST = `SELECT coalesce(sum(amount), 0)::bigint AS lost FROM disputes WHERE payment_id = $1 AND status = 'lost'`;
/** The dispute as it is now, what the provider said, and what is therefore held back of its payment. */
const SAVE = `
  WITH told AS (
    INSERT INTO provider_events (id, provider, provider_event_id, dispute_id, type, amount, currency, occurred_at)
    VALUES ($8, $3, $9, $1, $10, $5, $11, $12)
  ), held AS (
    UPDATE payments SET disputed_amount = $13 WHERE id = $2
  )
  INSERT INTO disputes (id, payment_id, provider, reference, amount, status, opened_at, closed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $14)
  ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, closed_at = EXCLUDED.closed_at`;

type Selected = Dispute & Record<string, unknown>;

@Injectable()
export class DisputesRepository {
  constructor(private readonly tx: Transaction) {}

  async find(id: DisputeId): Promise<Dispute | undefined> {
    return (await this.tx.query<Selected>(FIND, [id]))[0];
  }

  /** By what its provider calls it. Certain while its payment is locked. */
  async findByReference(provider: string, reference: string): Promise<Dispute | undefined> {
    return (await this.tx.query<Selected>(FIND_BY_REFERENCE, [provider, reference]))[0];
  }

  /** What disputes of the payment have lost for good, in minor units. Certain while it is locked. */
  async lostOf(paymentId: PaymentId): Promise<number> {
    return (await this.tx.query<{ lost: number }>(LOST, [paymentId]))[0]!.lost;
  }

  /** Newest first. */
  list(paymentId: PaymentId, after: Keyset | undefined, limit: number): Promise<Dispute[]> {
    const position = after ? 'AND d.id < $3' : '';
    const sql = `${SELECT} WHERE d.payment_id = $1 ${position} ORDER BY d.id DESC LIMIT $2`;
    return this.tx.query<Selected>(sql, [paymentId, limit, ...(after ?? [])]);
  }

  /** Writes a dispute with the notice that made or changed it, and what of its payment is in dispute or lost. */
  save(dispute: Dispute, { disputedAmount }: Payment, notification: ProviderNotification): void {
    const { id, paymentId, provider, reference, amount, status, openedAt, closedAt } = dispute;
    const { providerEventId, type, currency, occurredAt } = notification;
    const told = [newId<'evt'>(), providerEventId, type, currency, occurredAt];
    const row = [id, paymentId, provider, reference, amount, status, openedAt];
    this.tx.write(SAVE, [...row, ...told, disputedAmount, closedAt]);
  }
}
