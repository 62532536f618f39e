import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The checks of taxes, discounts and refunds, of lines alone or of all parts. */
const checks = ({ lines, discounts, refunds }: Record<'lines' | 'discounts' | 'refunds', string>) => `
      CREATE OR REPLACE FUNCTION assert_order_taxes(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(l.order_id, t.order_id) INTO broken
        FROM (SELECT l.order_id, l.id, l.whole_tax, l.whole_gross - l.whole_tax AS net FROM ${lines} l WHERE l.order_id = ANY (checked) AND l.tax_mode IS NOT NULL) l
        FULL JOIN (SELECT * FROM tax_lines WHERE order_id = ANY (checked)) t ON t.order_id = l.order_id AND t.line_id = l.id
        WHERE (l.whole_tax, l.net) IS DISTINCT FROM (t.amount, t.base) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax lines of order % are not the taxes of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_lines_make_the_tax';
        END IF;
        SELECT coalesce(l.order_id, g.order_id) INTO broken
        FROM (
          SELECT l.order_id, t.country, t.category, t.rate, sum(l.gross - l.tax) AS net, sum(l.tax) AS tax
          FROM ${lines} l JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
          WHERE l.order_id = ANY (checked) GROUP BY 1, 2, 3, 4) l
        FULL JOIN (SELECT * FROM tax_groups WHERE order_id = ANY (checked)) g
          ON (g.order_id, g.country, g.category, g.rate) = (l.order_id, l.country, l.category, l.rate)
        WHERE (l.net, l.tax) IS DISTINCT FROM (g.net, g.tax) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax groups of order % are not the sums of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_groups_are_their_lines';
        END IF;
        SELECT o.id INTO broken FROM orders o
        WHERE o.id = ANY (checked) AND (o.taxed <> EXISTS (SELECT FROM tax_groups g WHERE g.order_id = o.id)
          OR o.total <> (SELECT coalesce(sum(l.gross), 0) FROM ${lines} l WHERE l.order_id = o.id)) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the total of taxed order % is not the sum of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
      END $$;
      ${discounts}
      ${refunds}`;

const LINES = `(SELECT l.order_id, l.id, l.tax_mode, line_gross(l) AS whole_gross, l.tax AS whole_tax, line_total(l) AS gross, line_tax(l) AS tax FROM order_lines l)`;

const discounts = (lines: string, whole: string, left: string) => `
      CREATE OR REPLACE FUNCTION assert_order_discounts(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(d.order_id, a.order_id) INTO broken
        FROM (SELECT order_id, id, amount FROM order_discounts WHERE order_id = ANY (checked)) d
        FULL JOIN (SELECT order_id, discount_id, sum(amount) AS amount FROM discount_allocations WHERE order_id = ANY (checked) GROUP BY 1, 2) a
          ON (a.order_id, a.discount_id) = (d.order_id, d.id)
        WHERE d.amount IS DISTINCT FROM a.amount LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'a discount of order % is not the sum of its parts', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discounts_are_their_allocations';
        END IF;
        SELECT coalesce(l.order_id, a.order_id) INTO broken
        FROM (SELECT order_id, id, ${whole} AS discount FROM ${lines} WHERE order_id = ANY (checked) AND ${whole} > 0) l
        FULL JOIN (SELECT order_id, line_id, sum(amount) AS amount FROM discount_allocations WHERE order_id = ANY (checked) GROUP BY 1, 2) a
          ON (a.order_id, a.line_id) = (l.order_id, l.id)
        WHERE l.discount IS DISTINCT FROM a.amount LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the discount of a line of order % is not the sum of its parts', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_discounts_are_their_allocations';
        END IF;
      END $$;
      CREATE OR REPLACE FUNCTION assert_discount_groups(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(l.order_id, g.order_id) INTO broken
        FROM (
          SELECT l.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, '') AS tax, sum(${left}) AS discount
          FROM ${lines} l LEFT JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
          WHERE l.order_id = ANY (checked) AND l.${whole} > 0 GROUP BY 1, 2) l
        FULL JOIN (SELECT * FROM discount_groups WHERE order_id = ANY (checked)) g ON (g.order_id, g.tax) = (l.order_id, l.tax)
        LEFT JOIN orders o ON o.id = g.order_id
        WHERE l.discount IS DISTINCT FROM g.discount OR o.discounted IS NOT TRUE LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the discount groups of order % are not the sums of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_groups_are_their_lines';
        END IF;
      END $$;`;

const refunds = (having: string, lines: string, groups: string) => `
      CREATE OR REPLACE FUNCTION assert_refund_lines(refunded uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT r.id INTO broken FROM refunds r JOIN refund_lines f ON f.refund_id = r.id
        WHERE r.id = ANY (refunded) GROUP BY r.id HAVING r.amount <> sum(f.gross) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the amount of refund % is not the sum of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_amount_is_its_lines';
        END IF;
        SELECT l.id INTO broken
        FROM ${lines} l JOIN payments p ON p.order_id = l.order_id JOIN refunds r ON r.payment_id = p.id
          JOIN refund_lines f ON f.refund_id = r.id AND f.line_id = l.id
        WHERE r.status IN ('pending', 'succeeded') AND l.order_id IN (
          SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = ANY (refunded))
        GROUP BY ${groups} HAVING ${having} LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'more is refunded of line % than was sold', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_lines_within_sold';
        END IF;
      END $$;`;

const OF_LINES = checks({
  lines: LINES,
  discounts: discounts('order_lines', 'discount', 'line_discount(l)'),
  refunds: refunds(
    'sum(f.quantity) > l.quantity OR sum(f.gross) > line_gross(l) OR sum(f.tax) > l.tax',
    'order_lines',
    'l.order_id, l.position',
  ),
});
const OF_PARTS = checks({
  lines: 'order_parts',
  discounts: discounts('order_parts', 'whole_discount', 'l.discount'),
  refunds: refunds(
    'sum(f.quantity) > l.quantity OR sum(f.gross) > l.whole_gross OR sum(f.tax) > l.whole_tax OR bool_or(f.of_charge <> l.is_charge)',
    'order_parts',
    'l.order_id, l.id, l.quantity, l.whole_gross, l.whole_tax',
  ),
});

/** Taxes, discounts and refunds are compared with all parts of an order: its lines and its charges. */
export class OrderParts1700000038210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OF_PARTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(OF_LINES);
  }
}
