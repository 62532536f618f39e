import type { MigrationInterface, QueryRunner } from 'typeorm';

const BY_NAME = `TG_TABLE_NAME = 'orders'`;
/** Citus calls a table by its name with the number of its shard, where its rows are. */
const BY_NAME_OR_SHARD = `TG_TABLE_NAME ~ '^orders(_[0-9]+)?$'`;

const functions = (isOfOrders: string) => `
      CREATE OR REPLACE FUNCTION assert_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF ${isOfOrders} THEN checked := NEW.id; ELSE checked := coalesce(NEW.order_id, OLD.order_id); END IF;
        IF EXISTS (
          SELECT FROM orders o WHERE o.id = checked AND o.total <> (
            SELECT coalesce(sum(line_total(l)), 0) FROM order_lines l WHERE l.order_id = o.id)
            + CASE WHEN o.charged THEN (SELECT coalesce(sum(charge_gross(c)), 0) FROM order_charges c WHERE c.order_id = o.id) ELSE 0 END
        ) THEN
          RAISE EXCEPTION 'the total of order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.taxed) THEN PERFORM assert_order_taxes(ARRAY[checked]); END IF;
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.discounted) THEN PERFORM assert_discount_groups(ARRAY[checked]); END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION assert_discounted() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF ${isOfOrders} THEN checked := NEW.id; ELSE checked := NEW.order_id; END IF;
        IF NOT EXISTS (
          SELECT FROM orders o WHERE o.id = checked AND o.discounted AND EXISTS (SELECT FROM discount_groups g WHERE g.order_id = o.id)
            AND o.customer_id = ALL (SELECT d.customer_id FROM order_discounts d WHERE d.order_id = o.id)
            AND (SELECT sum(d.amount) FROM order_discounts d WHERE d.order_id = o.id) = (
              SELECT sum(a.amount) FROM discount_allocations a WHERE a.order_id = o.id)
        ) THEN
          RAISE EXCEPTION 'the discounts of order % are not complete', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discounted_orders_have_discounts';
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION assert_charged() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF ${isOfOrders} THEN checked := NEW.id; ELSE checked := NEW.order_id; END IF;
        IF NOT EXISTS (
          SELECT FROM order_charges c WHERE c.order_id = checked HAVING count(*) > 0 AND min(c.position) = 1 AND max(c.position) = count(*)
        ) THEN
          RAISE EXCEPTION 'the charges of order % are not complete', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charged_orders_have_charges';
        END IF;
        PERFORM assert_charge_groups(ARRAY[checked]);
        RETURN NULL;
      END $$;`;

/** The checks of orders know their own table on a node of a Citus cluster too. */
export class OrdersInShards1700000047000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(functions(BY_NAME_OR_SHARD));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(functions(BY_NAME));
  }
}
