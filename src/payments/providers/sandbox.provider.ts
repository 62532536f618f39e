import { Injectable } from '@nestjs/common';
import { GroupCommit, Transaction } from '../../platform/database/index.js';
import type { Decline } from '../domain/payment.js';
import type { ProviderEvent, ProviderEventType } from '../domain/payment-reducer.js';
import type { Outcome, PaymentProvider, ProviderAttempt } from './provider.js';

type Kind = 'authorize' | 'charge' | 'capture' | 'void' | 'refund';

interface Operation extends Record<string, unknown> {
  readonly outcome: 'succeeded' | 'declined' | 'pending';
  readonly createdAt: Date;
}

/** What the bank says to a token that it declines; a token that is none of the magic ones names no card. */
const declines: Readonly<Record<string, Decline>> = {
  pm_declined: { code: 'card_declined', retryable: false },
  pm_insufficient_funds: { code: 'insufficient_funds', retryable: true },
};
const noSuchCard: Decline = { code: 'invalid_payment_method', retryable: false };
const accepted = new Set(['pm_ok', 'pm_timeout_charged', 'pm_pending']);
/** Tokens whose first operation is lost on the way, without an answer or with one that says nothing. */
const lost = new Set(['pm_timeout_dropped', 'pm_error_5xx']);

/**
 * An operation is written once, and a repeat reads what the first one did. Operations that come at once share a commit,
 * never with anything of Till's. The commit need not wait for the disk: what Till records of it lies behind it in the same log, and waits.
 */
const OPEN = `
    INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
    SELECT t.* FROM set_config('synchronous_commit', 'off', true),
      unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[]) AS t
    ON CONFLICT (attempt_id) DO NOTHING RETURNING attempt_id AS id, outcome, created_at AS "createdAt"`;
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
/** A delayed method has its money three seconds after it was accepted. */
const MATURE = `
  UPDATE sandbox.operations SET outcome = 'succeeded'
  WHERE attempt_id = $1 AND outcome = 'pending' AND created_at < now() - interval '3 seconds'`;
const FIND = `SELECT outcome, created_at AS "createdAt" FROM sandbox.operations WHERE attempt_id = $1`;

/**
 * A simulated payment service in the box. It keeps its own books (schema `sandbox`), apart from Till's transactions:
 * what it did stays done when Till's transaction fails or the process dies.
 */
@Injectable()
export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly timeoutMs = 2000;
  readonly capabilities = { captures: 'many', partialRefunds: true, authorizationDays: 7 } as const;

  private readonly opening = new GroupCommit<readonly unknown[], Operation | undefined>(
    (rows) => this.openAll(rows),
    1,
  );

  constructor(private readonly tx: Transaction) {}

  async send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    const { kind, paymentMethod } = attempt;
    if (kind !== 'authorize') return outcomeOf(attempt, await this.follow(attempt));
    if (paymentMethod === 'pm_error_5xx') return { state: 'unknown' };
    if (lost.has(paymentMethod)) return never(signal);
    const done = await this.open(attempt);
    return paymentMethod === 'pm_timeout_charged' ? never(signal) : outcomeOf(attempt, done);
  }

  async getStatus(attempt: ProviderAttempt): Promise<Outcome> {
    this.assertOutside();
    await this.tx.query(MATURE, [attempt.id]);
    const [done] = await this.tx.query<Operation>(FIND, [attempt.id]);
    return done ? outcomeOf(attempt, done) : { state: 'not_sent' };
  }

  private async open(attempt: ProviderAttempt): Promise<Operation> {
    this.assertOutside();
    const row = [...valuesOf(attempt), openingOf(attempt.paymentMethod)];
    return (await this.opening.join(row)) ?? this.earlier(attempt);
  }

  /** What came of each row; `undefined` for one that was written before. */
  private async openAll(rows: readonly (readonly unknown[])[]) {
    const columns = rows[0]!.map((_, column) => rows.map((row) => row[column]));
    const done = await this.tx.query<Operation & { id: string }>(OPEN, columns);
    const byId = new Map(done.map((operation) => [operation.id, operation]));
    return rows.map(([id]) => ({ status: 'fulfilled' as const, value: byId.get(id as string) }));
  }

  private async follow(attempt: ProviderAttempt): Promise<Operation> {
    this.assertOutside();
    const [done] = await this.tx.query<Operation>(FOLLOW, valuesOf(attempt));
    return done ?? this.earlier(attempt);
  }

  private async earlier({ id }: ProviderAttempt): Promise<Operation> {
    return (await this.tx.query<Operation>(FIND, [id]))[0]!;
  }

  private assertOutside(): void {
    if (this.tx.isRunning) throw new Error('A provider must not be called inside a transaction.');
  }
}

function valuesOf(attempt: ProviderAttempt): unknown[] {
  const { id, paymentId, amount, currency, paymentMethod } = attempt;
  return [id, paymentId, kindOf(attempt), amount, currency, paymentMethod];
}

/** An authorization that captures in the same step is a charge. */
function kindOf({ kind, capture }: ProviderAttempt): Kind {
  return kind === 'authorize' && capture === 'automatic' ? 'charge' : kind;
}

function openingOf(paymentMethod: string): Operation['outcome'] {
  if (paymentMethod === 'pm_pending') return 'pending';
  return accepted.has(paymentMethod) ? 'succeeded' : 'declined';
}

/** A service that does not answer; it hangs until the caller has had enough. */
function never(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ state: 'unknown' })));
}

/** What each operation comes to when it succeeds, and when it does not. */
const types = {
  authorize: ['authorized', 'declined'],
  charge: ['captured', 'declined'],
  capture: ['captured', 'capture_failed'],
  void: ['voided', 'void_failed'],
  refund: ['refunded', 'refund_failed'],
} as const satisfies Record<Kind, readonly [ProviderEventType, ProviderEventType]>;

function outcomeOf(attempt: ProviderAttempt, { outcome, createdAt }: Operation): Outcome {
  if (outcome === 'pending') return { state: 'pending' };
  const { id, kind, amount, currency, paymentMethod } = attempt;
  const declined = outcome === 'declined' && kind === 'authorize';
  const event: ProviderEvent = {
    providerEventId: `sbx_${id}`,
    attemptId: id,
    type: types[kindOf(attempt)][outcome === 'succeeded' ? 0 : 1],
    amount,
    currency,
    occurredAt: createdAt,
    ...(declined && { decline: (Object.hasOwn(declines, paymentMethod) && declines[paymentMethod]) || noSuchCard }),
  };
  return { state: 'settled', events: [event] };
}
