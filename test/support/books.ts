import assert from 'node:assert/strict';

/** Payments whose amounts are not what the sandbox did by its own books, and operations there that Till knows nothing of. */
const DIFFERENCES = `
  SELECT coalesce(p.id, s.payment_id) AS payment, p.captured_amount AS captured, s.charged, p.refunded_amount AS refunded, s.given
  FROM (SELECT * FROM payments WHERE provider = 'sandbox') p FULL JOIN (
    SELECT payment_id,
      coalesce(sum(amount) FILTER (WHERE kind IN ('charge', 'capture') AND outcome = 'succeeded'), 0)::bigint AS charged,
      coalesce(sum(CASE kind WHEN 'refund' THEN amount WHEN 'refund_reversal' THEN -amount END)
        FILTER (WHERE outcome = 'succeeded'), 0)::bigint AS given
    FROM sandbox.operations GROUP BY payment_id) s ON s.payment_id = p.id
  WHERE (p.captured_amount, p.refunded_amount) IS DISTINCT FROM (coalesce(s.charged, 0), coalesce(s.given, 0))`;

interface Books {
  sql(text: string): Promise<unknown[]>;
  proof(): Promise<{ readonly balanced: boolean; readonly checks: readonly { readonly holds: boolean }[] }>;
}

/** Everything the ledger's proof recomputes holds, and the provider's own books say the same. */
export async function assertBooks({ sql, proof }: Books): Promise<void> {
  const answered = await proof();
  const { balanced, checks } = answered;
  assert.ok(checks, `there is no proof: ${JSON.stringify(answered)}`);
  assert.deepEqual(
    checks.filter(({ holds }) => !holds),
    [],
  );
  assert.equal(balanced, true);
  assert.ok(checks.length >= 5, 'the proof has lost some of its checks');
  assert.deepEqual(await sql(DIFFERENCES), []);
}
