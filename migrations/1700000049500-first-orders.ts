import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two orders at once may both find that their customer has no other. */
export class FirstOrders1700000049500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of orders with a discount for the first one, a customer has one. One at a time for each customer, so that each sees those before it. Whoever comes
      -- later begins anew (serialization_failure) and finds the other order.
      CREATE FUNCTION assert_first_orders() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
        taken uuid[];
        takers uuid[];
      BEGIN
        SELECT array_agg(promotion_id), array_agg(customer_id) INTO taken, takers FROM after WHERE promotion_id IS NOT NULL;
        IF taken IS NULL THEN RETURN NULL; END IF;
        SELECT array_agg(DISTINCT t.customer_id) INTO takers
        FROM unnest(taken, takers) AS t (promotion_id, customer_id)
        JOIN promotions p ON p.id = t.promotion_id AND p.conditions @> '{"firstOrder": true}';
        IF takers IS NULL THEN RETURN NULL; END IF;
        PERFORM lock_customers(takers);
        SELECT o.customer_id INTO broken FROM orders o
        WHERE o.customer_id = ANY (takers) AND o.status NOT IN ('cancelled', 'expired')
        GROUP BY o.customer_id HAVING count(*) > 1 LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'customer % has another order than the first', broken
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'promotions_of_first_orders';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER discounts_of_first_orders AFTER INSERT ON order_discounts REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_first_orders();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER discounts_of_first_orders ON order_discounts;
      DROP FUNCTION assert_first_orders;
    `);
  }
}
