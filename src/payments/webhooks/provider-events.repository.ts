import { Injectable } from '@nestjs/common';
import type { AttemptId, OrderId, PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import type { ProviderNotification } from '../providers/provider.js';

/** Which rows a notice is about; `id` is the operation that it names, or that which opened the payment. */
export interface Located {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly orderId: OrderId;
  readonly currency: string;
}

const BY_ATTEMPT = `
  SELECT a.id, a.payment_id AS "paymentId", p.order_id AS "orderId", p.currency
  FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.id = $2 AND p.provider = $1`;
const BY_REFERENCE = `
  SELECT a.id, a.payment_id AS "paymentId", p.order_id AS "orderId", p.currency
  FROM payments p JOIN payment_attempts a ON a.payment_id = p.id AND a.kind = 'authorize'
  WHERE p.provider = $1 AND p.reference = $2 ORDER BY a.id LIMIT 1`;
const SEEN = `SELECT FROM provider_events WHERE provider = $1 AND provider_event_id = $2`;

@Injectable()
export class ProviderEventsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Undefined while Till knows no such operation or payment at this provider. */
  async locate(
    provider: string,
    { attemptId, reference }: Pick<ProviderNotification, 'attemptId' | 'reference'>,
  ): Promise<Located | undefined> {
    if (attemptId === null && reference === null) return undefined;
    const by = attemptId === null ? BY_REFERENCE : BY_ATTEMPT;
    return (await this.tx.query<Located & Record<string, unknown>>(by, [provider, attemptId ?? reference]))[0];
  }

  /** Whether the event was applied, whoever told of it. Certain while its payment is locked. */
  async isApplied(provider: string, providerEventId: string): Promise<boolean> {
    return (await this.tx.query(SEEN, [provider, providerEventId])).length > 0;
  }
}
