import { Injectable } from '@nestjs/common';
import { newId } from '../../../shared/ids.js';
import { Transaction } from '../../../platform/database/index.js';
import { SandboxTables } from './sandbox-tables.js';
import { referenceOf, type SandboxOperation, type ScheduledWebhook, webhooksFor } from './scheduled-webhooks.js';
import type { SandboxNotification } from './webhook-codec.js';

/** A webhook to send now. */
export interface DueWebhook extends Record<string, unknown> {
  readonly id: string;
  readonly body: string;
  readonly copies: number;
}

const INSERT = `
  INSERT INTO sandbox.webhooks (id, payment_id, body, copies, decides, movement, next_attempt_at)
  SELECT id, $1, body, copies, decides, movement, now() + after_ms * interval '1 millisecond'
  FROM unnest($2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::text[], $7::int[])
    AS t (id, body, copies, decides, movement, after_ms)`;
/** Serialises refunds and disputes of a payment (see `LOCK_PAYMENT` of the provider), so that both can't get the same money. */
const LOCK_PAYMENTS = `
  SELECT FROM sandbox.operations WHERE kind IN ('authorize', 'charge') AND payment_id = ANY(ARRAY(
    SELECT payment_id FROM sandbox.webhooks WHERE next_attempt_at <= now() AND attempts = 0 AND movement = 'dispute'))
  ORDER BY attempt_id FOR UPDATE`;
/** Drops disputes about refunded money: a bank does not accept them. */
const DROP = `
  UPDATE sandbox.webhooks w SET next_attempt_at = NULL
  WHERE next_attempt_at <= now() AND attempts = 0 AND movement = 'dispute' AND EXISTS (
    SELECT FROM sandbox.operations o WHERE o.payment_id = w.payment_id AND o.kind = 'refund' AND o.outcome = 'succeeded')`;
/** Drops what follows a withdrawal that was dropped: the decisions of a dispute that was not opened, or not lost again. */
const DROP_DECISIONS = `
  UPDATE sandbox.webhooks w SET next_attempt_at = NULL
  WHERE next_attempt_at <= now() AND attempts = 0 AND body::jsonb ->> 'type' IN ('dispute_won', 'dispute_lost') AND EXISTS (
    SELECT FROM sandbox.webhooks opened
    WHERE opened.payment_id = w.payment_id AND opened.movement = 'dispute' AND opened.id < w.id
      AND opened.body::jsonb #>> '{data,dispute}' = w.body::jsonb #>> '{data,dispute}'
      AND opened.attempts = 0 AND opened.next_attempt_at IS NULL)`;
/** Sending a webhook makes its content take effect. If it does not arrive, it is sent again with growing delays for a day. */
const CLAIM = `
  WITH due AS (
    SELECT id, CASE WHEN attempts < 12 THEN now() + least(10 * 2 ^ attempts, 7200) * interval '1 second' END AS again
    FROM sandbox.webhooks WHERE next_attempt_at <= now() ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE sandbox.webhooks w SET attempts = attempts + 1, next_attempt_at = due.again
  FROM due WHERE w.id = due.id RETURNING w.id, w.body, w.copies`;
const DECIDE = `
  UPDATE sandbox.operations o SET outcome = 'succeeded'
  FROM sandbox.webhooks w WHERE w.id = ANY($1::uuid[]) AND o.attempt_id = w.decides AND o.outcome = 'pending'`;
const ENTER = `
  WITH claimed AS MATERIALIZED (SELECT * FROM sandbox.webhooks WHERE id = ANY($1::uuid[]) AND movement IS NOT NULL)
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  SELECT id, payment_id, movement, (body::jsonb #>> '{data,amount}')::bigint, body::jsonb #>> '{data,currency}',
    'till_movement', 'succeeded'
  FROM claimed ON CONFLICT (attempt_id) DO NOTHING`;
const ARRIVED = `UPDATE sandbox.webhooks SET next_attempt_at = NULL WHERE id = $1`;

/** The queue of the sandbox's webhooks. */
@Injectable()
export class SandboxWebhookQueue {
  constructor(
    private readonly tx: Transaction,
    private readonly tables: SandboxTables,
  ) {}

  /** Schedules the webhooks for an operation in the running transaction. */
  tell(operation: SandboxOperation, at: Date): void {
    const scheduled = webhooksFor(operation);
    if (scheduled.length === 0) return;
    const ids = scheduled.map(() => newId<'pwh'>());
    this.tx.write(this.tables.at(INSERT), [
      operation.paymentId,
      ids,
      scheduled.map((webhook, index) => JSON.stringify(bodyOf(ids[index]!, operation, webhook, at))),
      scheduled.map(({ copies }) => copies),
      scheduled.map(({ decides }) => (decides ? operation.id : null)),
      scheduled.map(({ movement }) => movement ?? null),
      scheduled.map(({ afterMs }) => afterMs),
    ]);
  }

  /** Claims due webhooks in their order. Each is claimed again later unless it is reported as arrived. */
  claim(limit: number): Promise<DueWebhook[]> {
    return this.tx.run(async () => {
      this.tx.write(this.tables.at(LOCK_PAYMENTS));
      this.tx.write(this.tables.at(DROP));
      this.tx.write(this.tables.at(DROP_DECISIONS));
      const claimed = await this.tx.query<DueWebhook>(this.tables.at(CLAIM), [limit]);
      if (claimed.length === 0) return [];
      const ids = claimed.map(({ id }) => id);
      this.tx.write(this.tables.at(DECIDE), [ids]);
      this.tx.write(this.tables.at(ENTER), [ids]);
      return claimed.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    });
  }

  arrived(id: string): Promise<void> {
    return this.tx.run(async () => this.tx.write(this.tables.at(ARRIVED), [id]));
  }
}

function bodyOf(id: string, operation: SandboxOperation, webhook: ScheduledWebhook, at: Date) {
  const { type, eventId, own, decline, dispute, afterMs } = webhook;
  const data: SandboxNotification = {
    id: eventId,
    attempt: own ? operation.id : null,
    payment: referenceOf(operation),
    amount: operation.amount,
    currency: operation.currency,
    occurredAt: new Date(at.getTime() + afterMs).toISOString(),
    ...(decline && { decline }),
    ...(dispute && { dispute }),
  };
  return { id: `msg_${id}`, type, data };
}
