import type { MigrationInterface, QueryRunner } from 'typeorm';

const NEW_CHARGES = (body: string) => `
      CREATE OR REPLACE FUNCTION assert_new_charges() RETURNS trigger LANGUAGE plpgsql AS $$
      ${body}
        RETURN NULL;
      END $$;`;
const COMPARED = `BEGIN
        PERFORM assert_order_charges((SELECT array_agg(DISTINCT order_id) FROM after));`;
const COMPARED_ONCE = `DECLARE
        written uuid[];
        broken uuid;
      BEGIN
        SELECT array_agg(DISTINCT order_id) INTO written FROM after;
        PERFORM assert_order_charges(written);
        SELECT g.order_id INTO broken FROM charge_groups g WHERE g.order_id = ANY (written) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'order % has all its charges', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charged_orders_have_charges';
        END IF;`;

/**
 * An order gets its charges before their sums by tax, and its discounts before theirs; none is added after that. A statement that adds some is refused at
 * once, so only the order itself is checked at the commit. Each discount, and each charge from the second on, was checked there with its whole order.
 */
export class TermsAtOnce1700000046510 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER later_charges_are_complete ON order_charges;
      ${NEW_CHARGES(COMPARED_ONCE)}

      CREATE FUNCTION assert_new_discounts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        written uuid[];
        broken uuid;
      BEGIN
        SELECT array_agg(DISTINCT order_id) INTO written FROM after;
        SELECT o.id INTO broken FROM orders o
        WHERE o.id = ANY (written) AND (NOT o.discounted OR EXISTS (SELECT FROM discount_groups g WHERE g.order_id = o.id)) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'order % has all its discounts', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discounted_orders_have_discounts';
        END IF;
        RETURN NULL;
      END $$;
      DROP TRIGGER discounts_are_of_discounted_orders ON order_discounts;
      CREATE TRIGGER discounts_are_of_discounted_orders AFTER INSERT ON order_discounts REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_new_discounts();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER discounts_are_of_discounted_orders ON order_discounts;
      DROP FUNCTION assert_new_discounts;
      CREATE CONSTRAINT TRIGGER discounts_are_of_discounted_orders AFTER INSERT ON order_discounts DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION assert_discounted();
      ${NEW_CHARGES(COMPARED)}
      CREATE CONSTRAINT TRIGGER later_charges_are_complete AFTER INSERT ON order_charges DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.position > 1) EXECUTE FUNCTION assert_charged();
    `);
  }
}
