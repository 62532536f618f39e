import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What one customer has open, for the quotas: read by functions that first take the customer's lock, so that two requests at
 * once see each other. A volatile function sees what was committed while it waited for a lock (PostgreSQL, section 36.7).
 */
export class CustomerQuotas1700000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX orders_unpaid ON orders (customer_id) WHERE status = 'pending';
      CREATE INDEX payments_unsettled ON payments (customer_id, created_at)
        WHERE status IN ('declined', 'processing', 'requires_action');

      CREATE FUNCTION lock_customer(customer uuid) RETURNS void LANGUAGE sql AS $$
        SELECT pg_advisory_xact_lock(hashtextextended(customer::text, 13000))
      $$;

      -- How many unpaid orders a customer has, and how many pieces of these products are in them. Null asks for nobody's.
      CREATE FUNCTION customer_unpaid(customer uuid, products uuid[], OUT orders int, OUT pieces jsonb)
      LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        orders := 0;
        IF customer IS NULL THEN RETURN; END IF;
        PERFORM lock_customer(customer);
        SELECT count(*) INTO orders FROM orders o WHERE o.customer_id = customer AND o.status = 'pending';
        IF orders = 0 THEN RETURN; END IF;
        SELECT jsonb_object_agg(held.product_id, held.quantity) INTO pieces FROM (
          SELECT l.product_id, sum(l.quantity) AS quantity
          FROM orders o JOIN order_lines l ON l.order_id = o.id
          WHERE o.customer_id = customer AND o.status = 'pending' AND l.product_id = ANY (products)
          GROUP BY l.product_id
        ) held;
      END $$;

      -- How many payments that a customer began in the last hour were declined, or may still be.
      CREATE FUNCTION customer_unsettled(customer uuid) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM lock_customer(customer);
        RETURN (SELECT count(*) FROM payments
          WHERE customer_id = customer AND created_at > now() - interval '1 hour'
            AND status IN ('declined', 'processing', 'requires_action'));
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION customer_unsettled, customer_unpaid, lock_customer;
      DROP INDEX payments_unsettled, orders_unpaid;
    `);
  }
}
