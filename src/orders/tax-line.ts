/** The tax of the line or charge `l`; null, and nothing is read, if no tax applies. */
export const TAX_LINE = `CASE WHEN l.tax_mode IS NOT NULL THEN (
  SELECT json_build_object('category', t.category, 'rate', t.rate::text, 'base', t.base, 'amount', t.amount, 'country', t.country,
    'label', t.label, 'reason', t.reason, 'source', t.source)
  FROM tax_lines t WHERE t.order_id = l.order_id AND t.line_id = l.id) END`;
