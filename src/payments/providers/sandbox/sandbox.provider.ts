import { Injectable } from '@nestjs/common';
import { type AttemptId, encodeId } from '../../../shared/ids.js';
import { Config } from '../../../platform/config/index.js';
import { type BatchQuery, DatabaseUnavailable, insertMany, Transaction } from '../../../platform/database/index.js';
import type { Outcome, PaymentProvider, ProviderAttempt, Statement } from '../provider.js';
import { SandboxOperationEntity } from './operation.entity.js';
import { SandboxWebhookQueue } from './webhook-queue.repository.js';
import { SandboxTables } from './sandbox-tables.js';
import { sandboxStatement } from './statement.js';
import { eventIdOf, referenceOf } from './scheduled-webhooks.js';
import {
  declineOf,
  eventTypes,
  type SandboxKind,
  type SandboxOutcome,
  tokenOf,
  SHOPPER_SECONDS,
} from './test-tokens.js';
import { SandboxWebhookCodec } from './webhook-codec.js';

interface Operation extends Record<string, unknown> {
  readonly outcome: SandboxOutcome;
  readonly createdAt: Date;
}

/**
 * An operation is written once, and a repeat reads what the first one did. Operations that come at once share a commit,
 * never with anything of Till's. The commit need not wait for the disk: what Till records of it lies behind it in the same
 * log, and waits.
 */
const OPENED = insertMany<SandboxOperationEntity, Exclude<keyof SandboxOperationEntity, 'createdAt'>>(
  SandboxOperationEntity,
);
const OPEN = {
  sql: `
    ${OPENED.sql} FROM set_config('synchronous_commit', 'off', true)
    ON CONFLICT (attempt_id) DO NOTHING RETURNING attempt_id AS id, outcome, created_at AS "createdAt"`,
  key: 'id',
} as const satisfies BatchQuery;
/** What follows waits for its turn: two refunds at once would each find that there is enough left. */
const LOCK_PAYMENT = `
  SELECT FROM sandbox.operations WHERE payment_id = $1 AND kind IN ('authorize', 'charge') FOR UPDATE`;
/** What follows is declined beyond what its books still hold: authorised and open, or captured and not given back. */
const FOLLOW = `
  WITH done AS MATERIALIZED (SELECT CASE WHEN $4::bigint <= CASE
      WHEN $3 = 'refund' THEN coalesce(sum(amount) FILTER (WHERE kind IN ('charge', 'capture')), 0)
        - coalesce(sum(amount) FILTER (WHERE kind IN ('refund', 'dispute')), 0)
        + coalesce(sum(amount) FILTER (WHERE kind IN ('dispute_reversal', 'refund_reversal')), 0)
      ELSE coalesce(sum(amount) FILTER (WHERE kind = 'authorize'), 0)
        - coalesce(sum(amount) FILTER (WHERE kind IN ('capture', 'void')), 0)
      END THEN 'succeeded' ELSE 'declined' END AS outcome
    FROM sandbox.operations WHERE payment_id = $2 AND outcome = 'succeeded')
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  SELECT $1, $2, $3, $4::bigint, $5, $6, outcome FROM done
  ON CONFLICT (attempt_id) DO NOTHING RETURNING outcome, created_at AS "createdAt"`;
/** A delayed method succeeds three seconds after it was accepted; a shopper has an hour to decide. */
const AGE = `
  UPDATE sandbox.operations SET outcome = CASE WHEN outcome = 'pending' THEN 'succeeded' ELSE 'expired' END
  WHERE attempt_id = $1 AND (outcome = 'pending' AND created_at < now() - interval '3 seconds'
    OR outcome = 'requires_action' AND created_at < now() - interval '${SHOPPER_SECONDS} seconds')`;
const FIND = `SELECT outcome, created_at AS "createdAt" FROM sandbox.operations WHERE attempt_id = $1`;

/**
 * A simulated payment service in the box. It keeps its own books (schema `sandbox`), apart from Till's transactions:
 * what it did stays done when Till's transaction fails or the process dies.
 */
@Injectable()
export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly timeoutMs = 2000;
  readonly capabilities = {
    captures: 'many',
    partialRefunds: true,
    partialVoids: true,
    statementDescriptors: true,
    authorizationDays: 7,
    openOutcomeSeconds: { requires_action: SHOPPER_SECONDS, pending: 3 * 86_400 },
  } as const;

  private readonly openHere: BatchQuery;

  constructor(
    private readonly tx: Transaction,
    readonly webhooks: SandboxWebhookCodec,
    private readonly outbox: SandboxWebhookQueue,
    private readonly config: Config,
    private readonly tables: SandboxTables,
  ) {
    this.openHere = { ...OPEN, sql: tables.at(OPEN.sql) };
  }

  async send(attempt: ProviderAttempt, signal: AbortSignal): Promise<Outcome> {
    if (attempt.kind !== 'authorize')
      return this.outcomeOf(attempt, await this.write(FOLLOW, attempt, valuesOf(attempt)));
    const { outcome = 'succeeded', fault } = tokenOf(attempt.paymentMethod);
    if (fault === 'server_error') return { state: 'unknown' };
    if (fault === 'request') return never(signal);
    const done = await this.open(attempt, OPENED.rowOf({ ...attempt, kind: kindOf(attempt), outcome }));
    return fault === 'answer' ? never(signal) : this.outcomeOf(attempt, done);
  }

  async getStatus(attempt: ProviderAttempt): Promise<Outcome> {
    this.assertOutside();
    await this.tx.query(this.tables.at(AGE), [attempt.id]);
    const [done] = await this.tx.query<Operation>(this.tables.at(FIND), [attempt.id]);
    return done ? this.outcomeOf(attempt, done) : { state: 'not_sent' };
  }

  listSettlements(range: { readonly from: Date; readonly to: Date }): Promise<Statement> {
    this.assertOutside();
    return sandboxStatement(this.tx, this.tables, range);
  }

  private async open(attempt: ProviderAttempt, row: readonly unknown[]): Promise<Operation> {
    this.assertOutside();
    if (!tokenOf(attempt.paymentMethod).webhooks) {
      const [done] = await this.tx.queryBatch<Operation>(this.openHere, [row]);
      return done ?? this.earlier(attempt);
    }
    return this.write(
      OPEN.sql,
      attempt,
      row.map((value) => [value]),
    );
  }

  private async write(sql: string, attempt: ProviderAttempt, values: readonly unknown[]): Promise<Operation> {
    this.assertOutside();
    const [done] = await this.tx.run(() => this.writeAndTell(sql, values, attempt));
    return done ?? this.earlier(attempt);
  }

  private async earlier({ id }: ProviderAttempt): Promise<Operation> {
    const [done] = await this.tx.query<Operation>(this.tables.at(FIND), [id]);
    if (!done)
      throw new DatabaseUnavailable(new Error('The server was killed before it had written the operation down.'));
    return done;
  }

  private async writeAndTell(sql: string, values: readonly unknown[], attempt: ProviderAttempt): Promise<Operation[]> {
    if (sql === FOLLOW) this.tx.write(this.tables.at(LOCK_PAYMENT), [attempt.paymentId]);
    const written = await this.tx.query<Operation>(this.tables.at(sql), values);
    for (const { outcome, createdAt } of written) {
      this.outbox.tell({ ...attempt, kind: kindOf(attempt), outcome }, createdAt);
    }
    return written;
  }

  private outcomeOf(attempt: ProviderAttempt, { outcome, createdAt }: Operation): Outcome {
    const { id, amount, currency, paymentMethod } = attempt;
    const named = tokenOf(paymentMethod).webhooks ? { reference: referenceOf(attempt) } : {};
    if (outcome === 'pending') return { state: 'pending', ...named };
    if (outcome === 'requires_action') return { state: 'requires_action', url: this.challengeOf(id), ...named };
    const type = eventTypes[kindOf(attempt)][outcome === 'succeeded' ? 0 : 1];
    const decline = type === 'declined' ? { decline: declineOf(paymentMethod, outcome) } : {};
    const providerEventId = eventIdOf(attempt);
    const event = { providerEventId, attemptId: id, type, amount, currency, occurredAt: createdAt, ...decline };
    return { state: 'completed', events: [event], ...named };
  }

  /** Returns the URL of the page where the shopper approves or refuses. */
  private challengeOf(id: AttemptId): string {
    return `${this.config.http.publicUrl}/sandbox/challenges/${encodeId('att', id)}`;
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
function kindOf({ kind, capture }: ProviderAttempt): SandboxKind {
  return kind === 'authorize' && capture === 'automatic' ? 'charge' : kind;
}

/** Simulates a service that does not respond: waits until the caller aborts. */
function never(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ state: 'unknown' })));
}
