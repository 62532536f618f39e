import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { Decline } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { PaymentProvider, ProviderAttempt } from './provider.js';

type Kind = 'charge' | 'refund';
type Outcome = 'succeeded' | 'declined';

interface Operation extends Record<string, unknown> {
  readonly outcome: Outcome;
  readonly createdAt: Date;
}

/** What each token makes the bank say; a token not listed here names no card. */
const declines: Readonly<Record<string, Decline | null>> = {
  pm_ok: null,
  pm_declined: { code: 'card_declined', retryable: false },
  pm_insufficient_funds: { code: 'insufficient_funds', retryable: true },
};
const noSuchCard: Decline = { code: 'invalid_payment_method', retryable: false };

/** One statement, committed by itself: an operation is written once, and a repeat reads what the first one did. */
const CHARGE = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  VALUES ($1, $2, 'charge', $3, $4, $5, $6)
  ON CONFLICT (attempt_id) DO NOTHING RETURNING outcome, created_at AS "createdAt"`;
const REFUND = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  SELECT $1, $2, 'refund', $3::bigint, $4, $5, CASE WHEN $3::bigint <= coalesce(sum(
      CASE kind WHEN 'charge' THEN amount ELSE -amount END) FILTER (WHERE outcome = 'succeeded'), 0)
    THEN 'succeeded' ELSE 'declined' END
  FROM sandbox.operations WHERE payment_id = $2
  ON CONFLICT (attempt_id) DO NOTHING RETURNING outcome, created_at AS "createdAt"`;
const FIND = `SELECT outcome, created_at AS "createdAt" FROM sandbox.operations WHERE attempt_id = $1`;

/**
 * A simulated payment service in the box. It keeps its own books (schema `sandbox`), apart from Till's transactions:
 * what it did stays done when Till's transaction fails or the process dies.
 */
@Injectable()
export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly timeoutMs = 2000;

  constructor(private readonly tx: Transaction) {}

  async authorizeAndCapture(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    const { paymentMethod } = attempt;
    const decline = Object.hasOwn(declines, paymentMethod) ? declines[paymentMethod] : noSuchCard;
    const done = await this.once(attempt, CHARGE, [decline ? 'declined' : 'succeeded']);
    return [event('charge', attempt, done, decline ?? noSuchCard)];
  }

  async refund(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return [event('refund', attempt, await this.once(attempt, REFUND, []))];
  }

  private async once(attempt: ProviderAttempt, sql: string, more: readonly unknown[]): Promise<Operation> {
    if (this.tx.isRunning) throw new Error('A provider must not be called inside a transaction.');
    const { id, paymentId, amount, currency, paymentMethod } = attempt;
    const [done] = await this.tx.query<Operation>(sql, [id, paymentId, amount, currency, paymentMethod, ...more]);
    return done ?? (await this.tx.query<Operation>(FIND, [id]))[0]!;
  }
}

function event(
  kind: Kind,
  attempt: ProviderAttempt,
  { outcome, createdAt }: Operation,
  decline?: Decline,
): ProviderEvent {
  const names = { charge: ['captured', 'declined'], refund: ['refunded', 'refund_failed'] } as const;
  const { id, amount, currency } = attempt;
  return {
    providerEventId: `sbx_${id}`,
    attemptId: id,
    type: names[kind][outcome === 'succeeded' ? 0 : 1],
    amount,
    currency,
    occurredAt: createdAt,
    ...(outcome === 'declined' && decline && { decline }),
  };
}
