/** The time of whatever waits in the database is the database's: what is due later is due so much sooner. */
const PASS_TIME = {
  webhooks: `UPDATE sandbox.webhooks SET next_attempt_at = next_attempt_at - $1 * interval '1 second' WHERE next_attempt_at IS NOT NULL`,
  operations: `
    UPDATE sandbox.operations SET created_at = created_at - $1 * interval '1 second'
    WHERE outcome IN ('pending', 'requires_action')`,
  attempts: `
    UPDATE payment_attempts SET created_at = created_at - $1 * interval '1 second',
      updated_at = updated_at - $1 * interval '1 second', next_check_at = next_check_at - $1 * interval '1 second'
    WHERE next_check_at IS NOT NULL OR kind IN ('void', 'refund')`,
  obligations: `UPDATE obligations SET next_look_at = next_look_at - $1 * interval '1 second' WHERE next_look_at IS NOT NULL`,
  inbox: `
    UPDATE provider_webhooks SET next_attempt_at = next_attempt_at - $1 * interval '1 second',
      waiting_since = waiting_since - $1 * interval '1 second'
    WHERE next_attempt_at IS NOT NULL`,
  deliveries: `
    UPDATE event_deliveries SET next_attempt_at = next_attempt_at - $1 * interval '1 second'
    WHERE status IN ('pending', 'queued', 'running')`,
};

/** Leaves whatever is under way as it is, for good. */
const FORGET = [
  `UPDATE obligations SET state = 'settled', next_look_at = NULL WHERE state <> 'settled'`,
  'UPDATE payment_attempts SET next_check_at = NULL WHERE next_check_at IS NOT NULL',
  `UPDATE orders SET reserved_until = 'infinity' WHERE reserved_until IS NOT NULL`,
  'UPDATE provider_webhooks SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL',
  'UPDATE sandbox.webhooks SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL',
  'DELETE FROM outbox',
  `DELETE FROM event_deliveries WHERE status <> 'done'`,
];

type Sql = (text: string, parameters?: unknown[]) => Promise<unknown>;

/** Lets so many seconds pass for everything that waits in the database. */
export async function passTimeInDatabase(sql: Sql, seconds: number): Promise<void> {
  for (const statement of Object.values(PASS_TIME)) await sql(statement, [seconds]);
}

export async function forgetInDatabase(sql: Sql): Promise<void> {
  for (const statement of FORGET) await sql(statement);
}
