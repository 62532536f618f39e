import type { MigrationInterface, QueryRunner } from 'typeorm';

const checks = [
  'assert_order_taxes',
  'assert_order_discounts',
  'assert_discount_groups',
  'assert_refund_lines',
] as const;
/** The name under which a check of lines alone is kept for the way back. */
const keptAs = (check: string) => `${check}_of_lines`;

/** Defines a function as this one is, under another name. */
async function copy(runner: QueryRunner, from: string, to: string): Promise<void> {
  const [found] = (await runner.query(`SELECT pg_get_functiondef($1::regproc) AS text`, [from])) as { text: string }[];
  await runner.query(found!.text.replace(`.${from}(`, `.${to}(`));
}

const OF_PARTS = `
      CREATE OR REPLACE FUNCTION assert_order_taxes(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(l.order_id, t.order_id) INTO broken
        FROM (SELECT l.order_id, l.id, l.whole_tax, l.whole_gross - l.whole_tax AS net FROM order_parts l WHERE l.order_id = ANY (checked) AND l.tax_mode IS NOT NULL) l
        FULL JOIN (SELECT * FROM tax_lines WHERE order_id = ANY (checked)) t ON t.order_id = l.order_id AND t.line_id = l.id
        WHERE (l.whole_tax, l.net) IS DISTINCT FROM (t.amount, t.base) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax lines of order % are not the taxes of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_lines_make_the_tax';
        END IF;
        SELECT coalesce(l.order_id, g.order_id) INTO broken
        FROM (
          SELECT l.order_id, t.country, t.category, t.rate, sum(l.gross - l.tax) AS net, sum(l.tax) AS tax
          FROM order_parts l JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
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
          OR o.total <> (SELECT coalesce(sum(l.gross), 0) FROM order_parts l WHERE l.order_id = o.id)) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the total of taxed order % is not the sum of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
      END $$;
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
        FROM (SELECT order_id, id, whole_discount AS discount FROM order_parts WHERE order_id = ANY (checked) AND whole_discount > 0) l
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
          SELECT l.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, '') AS tax, sum(l.discount) AS discount
          FROM order_parts l LEFT JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
          WHERE l.order_id = ANY (checked) AND l.whole_discount > 0 GROUP BY 1, 2) l
        FULL JOIN (SELECT * FROM discount_groups WHERE order_id = ANY (checked)) g ON (g.order_id, g.tax) = (l.order_id, l.tax)
        LEFT JOIN orders o ON o.id = g.order_id
        WHERE l.discount IS DISTINCT FROM g.discount OR o.discounted IS NOT TRUE LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the discount groups of order % are not the sums of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_groups_are_their_lines';
        END IF;
      END $$;
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
        FROM order_parts l JOIN payments p ON p.order_id = l.order_id JOIN refunds r ON r.payment_id = p.id
          JOIN refund_lines f ON f.refund_id = r.id AND f.line_id = l.id
        WHERE r.status IN ('pending', 'succeeded') AND l.order_id IN (
          SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = ANY (refunded))
        GROUP BY l.order_id, l.id, l.quantity, l.whole_gross, l.whole_tax HAVING sum(f.quantity) > l.quantity OR sum(f.gross) > l.whole_gross OR sum(f.tax) > l.whole_tax
          OR bool_or(f.of_charge <> l.is_charge) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'more is refunded of line % than was sold', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_lines_within_sold';
        END IF;
      END $$;`;

/** Taxes, discounts and refunds are compared with all parts of an order: its lines and its charges. */
export class OrderParts1700000038210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const check of checks) await copy(runner, check, keptAs(check));
    await runner.query(OF_PARTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const check of checks) {
      await copy(runner, keptAs(check), check);
      await runner.query(`DROP FUNCTION ${keptAs(check)}`);
    }
  }
}
