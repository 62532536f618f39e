/** Hourly sums of accounts that differ from the sums of the sealed entries. */
export const ROLLUPS = `
  SELECT account_id AS account, a.code, a.currency, to_timestamp(hour * 3600.0) AS hour, r.amount::text AS found, e.amount::text AS "sumOfEntries"
  FROM (
    SELECT account_id, ledger_hour(transaction_id) AS hour, sum(amount) AS amount FROM ledger_entries e
    WHERE NOT EXISTS (SELECT FROM ledger_unsealed u WHERE u.transaction_id = e.transaction_id) GROUP BY 1, 2) e
  FULL JOIN ledger_rollups r USING (account_id, hour) LEFT JOIN ledger_accounts a ON a.id = account_id
  WHERE e.amount IS DISTINCT FROM r.amount OR a.id IS NULL`;

const boundary = (milliseconds: string, filler: string) =>
  `(lpad(to_hex(${milliseconds}), 12, '0') || repeat('${filler}', 20))::uuid`;

/** The same for the hours of the given transactions, and for sums written in the last `age` transactions. */
export const changedRollups = `
  SELECT t.account_id AS account, a.code, a.currency, to_timestamp(t.hour * 3600.0) AS hour, r.amount::text AS found,
    e.amount::text AS "sumOfEntries"
  FROM (
    SELECT account_id, ledger_hour(transaction_id) AS hour FROM ledger_entries WHERE transaction_id = ANY($1::uuid[])
    UNION SELECT account_id, hour FROM ledger_rollups WHERE age(xmin) <= $2::int) t
  LEFT JOIN ledger_accounts a ON a.id = t.account_id
  LEFT JOIN ledger_rollups r ON r.account_id = t.account_id AND r.hour = t.hour
  CROSS JOIN LATERAL (
    SELECT sum(amount) AS amount FROM ledger_entries e
    WHERE e.account_id = t.account_id AND e.transaction_id
      BETWEEN ${boundary('t.hour * 3600000::bigint', '0')} AND ${boundary('t.hour * 3600000::bigint + 3599999', 'f')}
      AND NOT EXISTS (SELECT FROM ledger_unsealed u WHERE u.transaction_id = e.transaction_id)) e
  WHERE e.amount IS DISTINCT FROM r.amount`;
