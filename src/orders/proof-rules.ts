import type { ProofScope } from '../platform/proof/index.js';

/** Each rule is a statement that selects the rows that break it. */

export const totals = (scope: ProofScope) => `
  SELECT coalesce(o.id, l.order_id, c.order_id) AS "order", o.total::text AS found, (l.total + coalesce(c.total, 0))::text AS "sumOfLines",
    l.lines::int AS lines
  FROM (SELECT id, total, charged FROM orders WHERE ${scope.inOrders('id')}) o
  FULL JOIN (
    SELECT order_id, sum(line_total(order_lines)) AS total, count(*) AS lines, min(position) AS first, max(position) AS last
    FROM order_lines WHERE ${scope.inOrders('order_id')} GROUP BY order_id) l ON l.order_id = o.id
  FULL JOIN (
    SELECT order_id, sum(charge_gross(order_charges)) AS total, min(position) AS first, max(position) AS last, count(*) AS charges
    FROM order_charges WHERE ${scope.inOrders('order_id')} GROUP BY order_id) c ON c.order_id = o.id
  WHERE o.total IS DISTINCT FROM l.total + coalesce(c.total, 0) OR o.charged <> (c.order_id IS NOT NULL)
    OR c.first <> 1 OR c.last <> c.charges OR l.first <> 1 OR l.last <> l.lines`;

/** Lines whose tax is not that of their tax lines. */
export const taxLines = (scope: ProofScope) => `
  SELECT coalesce(l.order_id, t.order_id) AS "order", coalesce(l.id, t.line_id) AS line, l.tax::text AS found, t.amount::text AS "taxLine",
    t.base::text AS base
  FROM (
    SELECT order_id, id, whole_tax AS tax, whole_gross - whole_tax AS net FROM order_parts
    WHERE tax_mode IS NOT NULL AND ${scope.inOrders('order_id')}) l
  FULL JOIN (SELECT * FROM tax_lines WHERE ${scope.inOrders('order_id')}) t ON t.order_id = l.order_id AND t.line_id = l.id
  WHERE (l.tax, l.net) IS DISTINCT FROM (t.amount, t.base)`;

/** Tax groups that are not the sums of their lines without cancelled pieces, and taxed orders without groups. */
export const taxGroups = (scope: ProofScope) => `
  SELECT coalesce(o.id, s.order_id) AS "order", s.country, s.category, s.rate, s.net, s.tax, s."sumOfNets", s."sumOfTaxes"
  FROM (
    SELECT coalesce(g.order_id, l.order_id) AS order_id, coalesce(g.country, l.country) AS country,
      coalesce(g.category, l.category) AS category, coalesce(g.rate, l.rate)::text AS rate, g.net::text AS net, g.tax::text AS tax,
      l.net::text AS "sumOfNets", l.tax::text AS "sumOfTaxes"
    FROM (SELECT * FROM tax_groups WHERE ${scope.inOrders('order_id')}) g
    FULL JOIN (
      SELECT t.order_id, t.country, t.category, t.rate, sum(l.gross - l.tax) AS net, sum(l.tax) AS tax
      FROM tax_lines t JOIN order_parts l ON l.order_id = t.order_id AND l.id = t.line_id
      WHERE ${scope.inOrders('t.order_id')} GROUP BY 1, 2, 3, 4) l
      ON (l.order_id, l.country, l.category, l.rate) = (g.order_id, g.country, g.category, g.rate)) s
  FULL JOIN (SELECT id FROM orders WHERE taxed AND ${scope.inOrders('id')}) o ON o.id = s.order_id
  WHERE o.id IS NULL OR (s.net, s.tax) IS DISTINCT FROM (s."sumOfNets", s."sumOfTaxes") OR s.net IS NULL`;

/** Taxes that are not rounded as their order says: the sum of a rate, the lines or the pieces. */
export const taxRounding = (scope: ProofScope) => `
  SELECT p.order_id AS "order", p.country, p.category, p.rate::text AS rate, p.tax_rounding AS rounding, sum(p.tax)::text AS found
  FROM (
    SELECT t.order_id, o.tax_rounding, t.country, t.category, t.rate, t.amount AS tax, l.tax_mode = 'inclusive' AS inclusive, l.quantity,
      t.base + CASE WHEN l.tax_mode = 'inclusive' THEN t.amount ELSE 0 END AS price
    FROM tax_lines t JOIN orders o ON o.id = t.order_id JOIN order_parts l ON l.order_id = t.order_id AND l.id = t.line_id
    WHERE ${scope.inOrders('t.order_id')} AND o.tax_rounding <> 'given') p
  GROUP BY p.order_id, p.country, p.category, p.rate, p.tax_rounding, p.inclusive
  HAVING CASE p.tax_rounding
    WHEN 'rate' THEN sum(p.tax) <> tax_of(sum(p.price), p.rate, p.inclusive, 1)
    WHEN 'line' THEN bool_or(p.tax <> tax_of(p.price, p.rate, p.inclusive, 1))
    ELSE bool_or(p.tax <> least(p.price, p.quantity * tax_of(p.price, p.rate, p.inclusive, p.quantity))) END`;

/** Discounts that are not the sums of their parts. */
export const discounts = (scope: ProofScope) => `
  SELECT coalesce(d.order_id, a.order_id) AS "order", coalesce(d.id, a.discount_id) AS discount, d.amount::text AS found,
    a.amount::text AS "sumOfParts"
  FROM (SELECT id, order_id, amount FROM order_discounts WHERE ${scope.inOrders('order_id')}) d
  FULL JOIN (
    SELECT order_id, discount_id, sum(amount) AS amount FROM discount_allocations WHERE ${scope.inOrders('order_id')}
    GROUP BY 1, 2) a ON (a.order_id, a.discount_id) = (d.order_id, d.id)
  WHERE d.amount IS DISTINCT FROM a.amount`;

/** Lines whose discount is not the sum of their parts. */
export const discountedLines = (scope: ProofScope) => `
  SELECT coalesce(l.order_id, a.order_id) AS "order", coalesce(l.id, a.line_id) AS line, l.discount::text AS found,
    a.amount::text AS "sumOfParts"
  FROM (SELECT order_id, id, whole_discount AS discount FROM order_parts WHERE whole_discount > 0 AND ${scope.inOrders('order_id')}) l
  FULL JOIN (
    SELECT order_id, line_id, sum(amount) AS amount FROM discount_allocations WHERE ${scope.inOrders('order_id')}
    GROUP BY 1, 2) a ON (a.order_id, a.line_id) = (l.order_id, l.id)
  WHERE l.discount IS DISTINCT FROM a.amount`;

/** Discount groups that are not the sums of their lines without cancelled pieces, and discounted orders without groups. */
export const discountGroups = (scope: ProofScope) => `
  SELECT coalesce(o.id, s.order_id) AS "order", s.tax, s.discount::text AS found, s."sumOfLines"::text AS "sumOfLines", s.net::text AS net
  FROM (
    SELECT coalesce(g.order_id, l.order_id) AS order_id, coalesce(g.tax, l.tax) AS tax, g.discount, l.discount AS "sumOfLines", g.net,
      CASE WHEN l.inclusive THEN l.discount - div(2 * l.discount * l.rate + 100 + l.rate, 2 * (100 + l.rate)) ELSE l.discount END AS expected
    FROM (SELECT * FROM discount_groups WHERE ${scope.inOrders('order_id')}) g
    FULL JOIN (
      SELECT l.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, '') AS tax, sum(l.discount) AS discount,
        bool_or(l.tax_mode = 'inclusive') AS inclusive, min(t.rate) AS rate
      FROM order_parts l LEFT JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
      WHERE l.whole_discount > 0 AND ${scope.inOrders('l.order_id')} GROUP BY 1, 2) l ON (l.order_id, l.tax) = (g.order_id, g.tax)) s
  FULL JOIN (SELECT id FROM orders WHERE discounted AND ${scope.inOrders('id')}) o ON o.id = s.order_id
  WHERE o.id IS NULL OR s.discount IS DISTINCT FROM s."sumOfLines" OR s.net IS DISTINCT FROM s.expected OR s.net IS NULL`;

/** Charge groups that are not the sums of their charges before discounts and without the tax in them. */
export const chargeGroups = (scope: ProofScope) => `
  SELECT coalesce(g.order_id, c.order_id) AS "order", coalesce(g.tax, c.tax) AS tax, g.net::text AS found, c.net::text AS "sumOfCharges"
  FROM (SELECT order_id, tax, net FROM charge_groups WHERE ${scope.inOrders('order_id')}) g
  FULL JOIN (
    SELECT order_id, tax, CASE WHEN inclusive THEN amount - div(2 * amount * rate + 100 + rate, 2 * (100 + rate)) ELSE amount END AS net
    FROM (
      SELECT c.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, '') AS tax, sum(c.amount) AS amount,
        bool_or(c.tax_mode = 'inclusive') AS inclusive, min(t.rate) AS rate
      FROM order_charges c LEFT JOIN tax_lines t ON t.order_id = c.order_id AND t.line_id = c.id
      WHERE ${scope.inOrders('c.order_id')} GROUP BY 1, 2) s) c ON (c.order_id, c.tax) = (g.order_id, g.tax)
  WHERE g.net IS DISTINCT FROM c.net`;

/** Promotions whose counters are not what orders that have not ended took of them. */
export const promotions = (scope: ProofScope) => `
  SELECT p.id AS promotion, p.used::text AS used, p.spent::text AS spent, t.uses::text AS orders, t.amount::text AS "sumOfDiscounts"
  FROM promotions p CROSS JOIN LATERAL (
    SELECT count(*) AS uses, coalesce(sum(d.amount), 0) AS amount
    FROM order_discounts d JOIN orders o ON o.id = d.order_id AND o.status NOT IN ('cancelled', 'expired')
    WHERE d.promotion_id = p.id) t
  WHERE p.counted AND (p.used, p.spent) <> (t.uses, t.amount)
    AND p.id IN (SELECT promotion_id FROM order_discounts WHERE ${scope.inOrders('order_id')})`;

const LIVE = `o.status IN ('pending', 'confirmed')`;

export const reservations = (scope: ProofScope) => `
  SELECT order_id AS "order", product_id AS product, l.ordered::text AS ordered, m.ordered::text AS "movementsReserved",
    l.shipped::text AS fulfilled, m.shipped::text AS "movementsShipped", l.open::text AS open, m.open::text AS "movementsHold"
  FROM (
    SELECT l.order_id, l.product_id, sum(l.quantity) AS ordered, sum(l.fulfilled_quantity) AS shipped,
      coalesce(sum(l.quantity - l.fulfilled_quantity - l.cancelled_quantity) FILTER (WHERE ${LIVE}), 0) AS open
    FROM order_lines l LEFT JOIN orders o ON o.id = l.order_id WHERE ${scope.inOrders('l.order_id')}
    GROUP BY l.order_id, l.product_id) l
  FULL JOIN (
    SELECT order_id, product_id, coalesce(sum(reserved_delta) FILTER (WHERE kind = 'reserve'), 0) AS ordered,
      coalesce(-sum(on_hand_delta) FILTER (WHERE kind = 'ship'), 0) AS shipped, sum(reserved_delta) AS open
    FROM stock_movements WHERE order_id IS NOT NULL AND ${scope.inOrders('order_id')}
    GROUP BY order_id, product_id) m USING (order_id, product_id)
  WHERE (l.ordered, l.shipped, l.open) IS DISTINCT FROM (m.ordered, m.shipped, m.open)`;

export const fulfilledQuantities = (scope: ProofScope) => `
  SELECT coalesce(l.order_id, f.order_id) AS "order", coalesce(l.id, f.line_id) AS line, f.fulfillment,
    l.fulfilled_quantity AS found, f.quantity::text AS "sumOfFulfillments"
  FROM (SELECT id, order_id, fulfilled_quantity FROM order_lines WHERE ${scope.inOrders('order_id')}) l
  FULL JOIN (
    SELECT f.order_id, fl.line_id, min(fl.fulfillment_id::text) AS fulfillment, sum(fl.quantity) AS quantity
    FROM fulfillment_lines fl LEFT JOIN fulfillments f ON f.id = fl.fulfillment_id WHERE ${scope.inOrders('f.order_id')}
    GROUP BY f.order_id, fl.line_id) f ON f.line_id = l.id AND f.order_id = l.order_id
  WHERE l.fulfilled_quantity IS DISTINCT FROM coalesce(f.quantity, 0)`;

export const emptyFulfillments = (scope: ProofScope) => `
  SELECT f.id AS fulfillment, f.order_id AS "order" FROM fulfillments f
  WHERE ${scope.inOrders('f.order_id')} AND NOT EXISTS (SELECT FROM fulfillment_lines l WHERE l.fulfillment_id = f.id)`;

/** In older versions, partly shipped orders could be cancelled; these are accepted as they are. */
export const states = (scope: ProofScope) => `
  SELECT o.id AS "order", o.status, o.fulfillment_status AS "fulfillmentStatus", o.reserved_until AS "reservedUntil",
    l.open::text AS open, l.shipped::text AS shipped
  FROM orders o
  JOIN (
    SELECT order_id, sum(quantity - fulfilled_quantity - cancelled_quantity) AS open, sum(fulfilled_quantity) AS shipped
    FROM order_lines WHERE ${scope.inOrders('order_id')} GROUP BY order_id) l ON l.order_id = o.id
  WHERE ${scope.inOrders('o.id')} AND (
    o.fulfillment_status <> CASE WHEN l.shipped = 0 THEN 'unfulfilled' WHEN l.open = 0 THEN 'fulfilled'
      ELSE 'partially_fulfilled' END
    OR (o.status = 'completed') <> (l.open = 0 AND l.shipped > 0)
    OR (o.status IN ('pending', 'expired') AND l.shipped > 0)
    OR (o.status = 'pending' AND o.reserved_until IS NULL)
    OR (o.reserved_until IS NOT NULL AND o.status NOT IN ('pending', 'confirmed')))`;
