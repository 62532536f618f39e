import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { Decline } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { PaymentProvider, ProviderAttempt } from './provider.js';

type Kind = 'authorize' | 'charge' | 'capture' | 'void' | 'refund';
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
const OPEN = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (attempt_id) DO NOTHING RETURNING outcome, created_at AS "createdAt"`;
/** What follows is declined beyond what its books still hold: authorised and open, or captured and not given back. */
const FOLLOW = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  SELECT $1, $2, $3, $4::bigint, $5, $6, CASE WHEN $4::bigint <= CASE $3
      WHEN 'refund' THEN coalesce(sum(amount) FILTER (WHERE kind IN ('charge', 'capture')), 0)
        - coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0)
      ELSE coalesce(sum(amount) FILTER (WHERE kind = 'authorize'), 0)
        - coalesce(sum(amount) FILTER (WHERE kind IN ('capture', 'void')), 0)
      END THEN 'succeeded' ELSE 'declined' END
  FROM sandbox.operations WHERE payment_id = $2 AND outcome = 'succeeded'
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

  authorize(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return this.open('authorize', attempt);
  }

  authorizeAndCapture(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return this.open('charge', attempt);
  }

  capture(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return this.follow('capture', attempt);
  }

  void(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return this.follow('void', attempt);
  }

  refund(attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return this.follow('refund', attempt);
  }

  private async open(kind: Kind, attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    const { paymentMethod } = attempt;
    const decline = Object.hasOwn(declines, paymentMethod) ? declines[paymentMethod] : noSuchCard;
    const done = await this.once(OPEN, kind, attempt, [decline ? 'declined' : 'succeeded']);
    return [event(kind, attempt, done, decline ?? noSuchCard)];
  }

  private async follow(kind: Kind, attempt: ProviderAttempt): Promise<readonly ProviderEvent[]> {
    return [event(kind, attempt, await this.once(FOLLOW, kind, attempt, []))];
  }

  private async once(sql: string, kind: Kind, attempt: ProviderAttempt, more: readonly unknown[]): Promise<Operation> {
    if (this.tx.isRunning) throw new Error('A provider must not be called inside a transaction.');
    const { id, paymentId, amount, currency, paymentMethod } = attempt;
    const [done] = await this.tx.query<Operation>(sql, [id, paymentId, kind, amount, currency, paymentMethod, ...more]);
    return done ?? (await this.tx.query<Operation>(FIND, [id]))[0]!;
  }
}

/** What each operation comes to when it succeeds, and when it does not. */
const names = {
  authorize: ['authorized', 'declined'],
  charge: ['captured', 'declined'],
  capture: ['captured', 'capture_failed'],
  void: ['voided', 'void_failed'],
  refund: ['refunded', 'refund_failed'],
} as const satisfies Record<Kind, readonly [ProviderEvent['type'], ProviderEvent['type']]>;

function event(
  kind: Kind,
  attempt: ProviderAttempt,
  { outcome, createdAt }: Operation,
  decline?: Decline,
): ProviderEvent {
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
