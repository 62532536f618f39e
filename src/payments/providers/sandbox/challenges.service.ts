import { Injectable } from '@nestjs/common';
import { NotFound } from '../../../shared/errors.js';
import { type AttemptId, encodeId } from '../../../shared/ids.js';
import { Transaction } from '../../../platform/database/index.js';
import { SandboxTables } from './sandbox-tables.js';
import { SHOPPER_SECONDS } from './test-tokens.js';
import { SandboxWebhookQueue } from './webhook-queue.repository.js';
import type { SandboxOperation } from './scheduled-webhooks.js';

/** The question to the shopper, and the answer. `amount` is in minor units. */
export type Challenge = SandboxOperation & Record<string, unknown>;
export type Decision = 'approve' | 'refuse';

const COLUMNS = `attempt_id AS id, payment_id AS "paymentId", kind, amount, currency, payment_method AS "paymentMethod"`;
const IN_TIME = `created_at > now() - interval '${SHOPPER_SECONDS} seconds'`;
const FIND = `
  SELECT ${COLUMNS}, CASE WHEN outcome = 'requires_action' AND NOT ${IN_TIME} THEN 'expired' ELSE outcome END AS outcome
  FROM sandbox.operations WHERE attempt_id = $1 AND payment_method = 'pm_requires_action' AND kind IN ('authorize', 'charge')`;
const DECIDE = `
  WITH decided AS (
    UPDATE sandbox.operations SET outcome = $2 WHERE attempt_id = $1 AND outcome = 'requires_action' AND ${IN_TIME}
    RETURNING ${COLUMNS}, outcome
  )
  SELECT *, now() AS at FROM decided`;
const outcomes = { approve: 'succeeded', refuse: 'refused' } as const;

/** The bank's side of 3-D Secure: the shopper approves or refuses once, and the sandbox reports it by webhook. */
@Injectable()
export class SandboxChallenges {
  constructor(
    private readonly tx: Transaction,
    private readonly outbox: SandboxWebhookQueue,
    private readonly tables: SandboxTables,
  ) {}

  /** @throws NotFound */
  async find(id: AttemptId): Promise<Challenge> {
    const [found] = await this.tx.query<Challenge>(this.tables.at(FIND), [id]);
    if (!found) throw new NotFound('challenge', encodeId('att', id));
    return found;
  }

  /** Stores a decision unless there is one already. Returns the stored decision. @throws NotFound */
  async decide(id: AttemptId, decision: Decision): Promise<Challenge> {
    await this.tx.run(async () => {
      const sql = this.tables.at(DECIDE);
      const [decided] = await this.tx.query<Challenge & { at: Date }>(sql, [id, outcomes[decision]]);
      if (decided) this.outbox.tell(decided, decided.at);
    });
    return this.find(id);
  }
}
