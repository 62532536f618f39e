import type { MigrationInterface, QueryRunner } from 'typeorm';

const staying = (columns: readonly string[]) => `
      DROP TRIGGER orders_stay_discounted ON orders;
      CREATE TRIGGER orders_stay_discounted BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (${columns.map((column) => `OLD.${column} IS DISTINCT FROM NEW.${column}`).join(' OR ')}) EXECUTE FUNCTION refuse_change();`;

const groupsAssertedBy = (more: string) => `
      CREATE OR REPLACE FUNCTION assert_tax_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_order_taxes((SELECT array_agg(DISTINCT order_id) FROM after));${more}
        RETURN NULL;
      END $$;`;

const ROUNDING = `
        PERFORM assert_tax_rounding((SELECT array_agg(DISTINCT order_id) FROM after));`;

/**
 * Where the tax of an order is rounded: once for each country, category and rate, as until now, for each line or for each piece; or not by
 * Till, where an external service gave it. The tax lines of a new order are compared with it, all orders of a group in one pass.
 */
export class TaxRounding1700000040100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders ADD tax_rounding text NOT NULL DEFAULT 'rate';
      ALTER TABLE orders ADD CONSTRAINT orders_tax_rounding CHECK (tax_rounding IN ('rate', 'line', 'unit', 'given')) NOT VALID;
      ${staying(['discounted', 'charged', 'tax_rounding'])}

      -- The tax of one of so many pieces that cost this together, rounded half up: on top of it, or contained in it.
      CREATE FUNCTION tax_of(price numeric, rate numeric, inclusive boolean, pieces int) RETURNS numeric LANGUAGE sql IMMUTABLE
        RETURN div(2 * price * rate + pieces * (100 + CASE WHEN inclusive THEN rate ELSE 0 END),
          2 * pieces * (100 + CASE WHEN inclusive THEN rate ELSE 0 END));

      CREATE FUNCTION wrong_tax_roundings(checked uuid[])
        RETURNS TABLE (order_id uuid, country text, category text, rate numeric, rounding text, tax numeric) LANGUAGE sql STABLE AS $$
        SELECT p.order_id, p.country::text, p.category, p.rate, p.tax_rounding, sum(p.tax)
        FROM (
          SELECT o.id AS order_id, o.tax_rounding, t.country, t.category, t.rate, t.amount AS tax, l.tax_mode = 'inclusive' AS inclusive, l.quantity,
            t.base + CASE WHEN l.tax_mode = 'inclusive' THEN t.amount ELSE 0 END AS price
          FROM orders o JOIN tax_lines t ON t.order_id = o.id JOIN order_parts l ON l.order_id = o.id AND l.id = t.line_id
          WHERE o.id = ANY (checked) AND o.tax_rounding <> 'given') p
        GROUP BY p.order_id, p.country, p.category, p.rate, p.tax_rounding, p.inclusive
        HAVING CASE p.tax_rounding
          WHEN 'rate' THEN sum(p.tax) <> tax_of(sum(p.price), p.rate, p.inclusive, 1)
          WHEN 'line' THEN bool_or(p.tax <> tax_of(p.price, p.rate, p.inclusive, 1))
          ELSE bool_or(p.tax <> least(p.price, p.quantity * tax_of(p.price, p.rate, p.inclusive, p.quantity))) END $$;

      CREATE FUNCTION assert_tax_rounding(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken record;
      BEGIN
        SELECT w.order_id, w.rounding INTO broken FROM wrong_tax_roundings(checked) w LIMIT 1;
        IF broken.order_id IS NOT NULL THEN
          RAISE EXCEPTION 'the tax of order % is not rounded by %', broken.order_id, broken.rounding
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_rounds_as_the_order_says';
        END IF;
      END $$;
      ${groupsAssertedBy(ROUNDING)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${groupsAssertedBy('')}
      DROP FUNCTION assert_tax_rounding, wrong_tax_roundings, tax_of;
      ${staying(['discounted', 'charged'])}
      ALTER TABLE orders DROP COLUMN tax_rounding;
    `);
  }
}
