import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHARGES_BY_TAX = `
        SELECT c.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, '')`;
const SUMS = `
          (sum(c.amount) - CASE WHEN bool_or(c.tax_mode = 'inclusive')
            THEN div(2 * sum(c.amount) * min(t.rate) + 100 + min(t.rate), 2 * (100 + min(t.rate))) ELSE 0 END)::bigint`;
const OF_CHECKED = `
        FROM order_charges c LEFT JOIN tax_lines t ON t.order_id = c.order_id AND t.line_id = c.id
        WHERE c.order_id = ANY (checked) GROUP BY 1, 2`;

const assertChargeGroups = (charges: string) => `
      CREATE OR REPLACE FUNCTION assert_charge_groups(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(c.order_id, g.order_id) INTO broken
        FROM (${charges}) c
        FULL JOIN (SELECT * FROM charge_groups WHERE order_id = ANY (checked)) g ON (g.order_id, g.tax) = (c.order_id, c.tax)
        WHERE c.net IS DISTINCT FROM g.net LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the charge groups of order % are not the sums of its charges', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_groups_are_their_charges';
        END IF;
      END $$;`;

const WRONG = `
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
          ELSE bool_or(p.tax <> least(p.price, p.quantity * tax_of(p.price, p.rate, p.inclusive, p.quantity))) END`;

const wrongTaxRoundings = (language: 'sql' | 'plpgsql', body: string) => `
      CREATE OR REPLACE FUNCTION wrong_tax_roundings(checked uuid[])
        RETURNS TABLE (order_id uuid, country text, category text, rate numeric, rounding text, tax numeric) LANGUAGE ${language} STABLE AS $$${body} $$;`;

/** Citus plans no query on functions in SQL that read tables, which checks of charges and of rounded taxes have. */
export class SumsInShards1700000048220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      assertChargeGroups(`${CHARGES_BY_TAX} AS tax,${SUMS} AS net${OF_CHECKED}`) +
        wrongTaxRoundings(
          'plpgsql',
          `
      #variable_conflict use_column
      BEGIN
        RETURN QUERY${WRONG};
      END`,
        ),
    );
    await runner.query('DROP FUNCTION charges_by_tax');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION charges_by_tax(checked uuid[]) RETURNS TABLE (order_id uuid, tax text, net bigint) LANGUAGE sql STABLE AS $$${CHARGES_BY_TAX},${SUMS}${OF_CHECKED} $$;`);
    await runner.query(assertChargeGroups('SELECT * FROM charges_by_tax(checked)') + wrongTaxRoundings('sql', WRONG));
  }
}
