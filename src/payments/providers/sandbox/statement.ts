import type { AttemptId } from '../../../shared/ids.js';
import type { Transaction } from '../../../platform/database/index.js';
import type { SettlementKind } from '../../domain/statement-kinds.js';
import { effectsOf } from '../../domain/statement-sum.js';
import type { Statement } from '../provider.js';
import type { SandboxTables } from './sandbox-tables.js';

/** Movements with their times. A delayed charge moves money three seconds after it was accepted. */
const MOVED = `
  moved AS (
    SELECT attempt_id, payment_id, CASE kind WHEN 'charge' THEN 'capture' ELSE kind END AS kind, amount, currency,
      created_at + CASE WHEN kind = 'charge' AND payment_method = 'pm_pending' THEN interval '3 seconds' ELSE interval '0' END
        AS settled_at
    FROM sandbox.operations
    WHERE kind IN ('charge', 'capture', 'refund', 'refund_reversal', 'dispute', 'dispute_reversal') AND (outcome = 'succeeded'
      OR (outcome = 'pending' AND payment_method = 'pm_pending' AND created_at < now() - interval '3 seconds'))
  )`;
const MOVEMENTS = `
  WITH ${MOVED}
  SELECT 'sbx_' || attempt_id AS id, kind,
    CASE WHEN kind IN ('capture', 'refund') THEN attempt_id END AS "attemptId", 'sbx_' || payment_id AS reference, amount, currency,
    settled_at AS "settledAt"
  FROM moved WHERE settled_at >= $1 AND settled_at < $2 ORDER BY settled_at, attempt_id`;
/**
 * For each past day and currency: one fee for all captures, and one payout of the rest. The fee of a capture is 1.4 % rounded half
 * up, plus 25 minor units. A negative day is paid by the days after it: the sum of all payouts is the highest balance so far.
 */
const DAYS = `
  WITH ${MOVED}, days AS (
    SELECT (settled_at AT TIME ZONE 'UTC')::date AS day, currency,
      sum(CASE WHEN kind IN ('refund', 'dispute') THEN -amount ELSE amount END) AS net,
      coalesce(sum((amount * 14 + 500) / 1000 + 25) FILTER (WHERE kind = 'capture'), 0) AS fee
    FROM moved WHERE settled_at < date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' GROUP BY 1, 2
  ), balances AS (
    SELECT *, sum(net - fee) OVER (PARTITION BY currency ORDER BY day) AS balance FROM days
  ), paid AS (
    SELECT *, greatest(0, max(balance) OVER (PARTITION BY currency ORDER BY day)) AS paid FROM balances
  ), closed AS (
    SELECT *, paid - coalesce(lag(paid) OVER (PARTITION BY currency ORDER BY day), 0) AS payout,
      (day + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 millisecond' AS closed_at
    FROM paid
  )
  SELECT l.kind || '_' || day || '_' || currency AS id, l.kind, NULL AS "attemptId", NULL AS reference,
    l.amount::bigint AS amount, currency, closed_at AS "settledAt"
  FROM closed CROSS JOIN LATERAL (VALUES ('fee', fee), ('payout', payout)) AS l (kind, amount)
  WHERE closed_at >= $1 AND closed_at < $2 AND l.amount > 0 ORDER BY closed_at, currency, l.kind`;

interface Line extends Record<string, unknown> {
  readonly id: string;
  readonly kind: SettlementKind;
  readonly attemptId: AttemptId | null;
  readonly reference: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
}

/** The sandbox's statement from its own books: all movements, and fees and payouts of each past day. */
export function sandboxStatement(
  tx: Transaction,
  tables: SandboxTables,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<Statement> {
  // A busy day can take longer to read than a request may take.
  return tx.snapshot(async () => {
    const movements = await tx.query<Line>(tables.at(MOVEMENTS), [from, to]);
    const read = [...movements, ...(await tx.query<Line>(tables.at(DAYS), [from, to]))];
    return { lines: read.map((line) => ({ ...line, type: line.kind })), totals: effectsOf(read) };
  });
}
