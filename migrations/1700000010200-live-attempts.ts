import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPEN = `state IN ('started', 'pending', 'requires_action', 'not_sent', 'unknown')`;

/**
 * At most one attempt of a kind is under way: to authorize or void a payment, to carry out a refund. Captures and refunds of
 * parts may run beside each other: each sets its amount aside first, so that together they never take more than there is.
 */
export class LiveAttempts1700000010200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // What is under way twice from before is left to end as it will.
    const [{ ids }] = (await runner.query(DOUBLE)) as [{ ids: string[] }];
    const others = ids.length > 0 ? `AND id NOT IN (${ids.map((id) => `'${id}'`).join(', ')})` : '';
    await runner.query(`
      CREATE UNIQUE INDEX payment_attempts_live ON payment_attempts (payment_id, kind)
        WHERE kind IN ('authorize', 'void') AND ${OPEN} ${others};
      CREATE UNIQUE INDEX payment_attempts_live_refund ON payment_attempts (refund_id)
        WHERE refund_id IS NOT NULL AND ${OPEN} ${others};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payment_attempts_live, payment_attempts_live_refund');
  }
}

const DOUBLE = `
  SELECT coalesce(array_agg(id::text), '{}') AS ids FROM (
    SELECT id, row_number() OVER (PARTITION BY coalesce(refund_id, payment_id), kind ORDER BY id) AS nth
    FROM payment_attempts WHERE kind <> 'capture' AND ${OPEN}
  ) a WHERE nth > 1`;
