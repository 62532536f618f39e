import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reads the quotas of all customers of a group of use cases at once, and counts declined payments without an index on the
 * status of payments: such an index keeps PostgreSQL from updating a payment in place (a heap-only tuple), so that each
 * outcome writes an entry into every index of payments. What is under way is found through the unpaid orders of the
 * customer, whose number has a limit.
 */
export class CustomerQuotasInSets1700000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION customer_unsettled, customer_unpaid;
      DROP INDEX payments_unsettled;
      CREATE INDEX payments_declined ON payments (customer_id, created_at) WHERE decline IS NOT NULL;

      -- Like lock_customer, in the order of their ids, so that no two transactions wait for each other. Null is nobody.
      CREATE FUNCTION lock_customers(customers uuid[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(c.id::text, 13000))
        FROM (SELECT DISTINCT id FROM unnest(customers) AS t (id) WHERE id IS NOT NULL ORDER BY id) c;
      END $$;

      -- For each key: how many unpaid orders its customer has, and how many pieces of these products are in them.
      CREATE FUNCTION customers_unpaid(keys uuid[], customers uuid[], product_lists text[])
      RETURNS TABLE (key uuid, orders int, pieces jsonb) LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM lock_customers(customers);
        RETURN QUERY
          SELECT asked.key,
            (SELECT count(*)::int FROM orders o WHERE o.customer_id = asked.customer AND o.status = 'pending'),
            (SELECT jsonb_object_agg(held.product_id, held.quantity) FROM (
              SELECT l.product_id, sum(l.quantity - l.cancelled_quantity) AS quantity
              FROM orders o JOIN order_lines l ON l.order_id = o.id
              WHERE o.customer_id = asked.customer AND o.status = 'pending' AND l.product_id = ANY (asked.products::uuid[])
              GROUP BY l.product_id
            ) held)
          FROM unnest(keys, customers, product_lists) AS asked (key, customer, products);
      END $$;

      -- How many payments that each customer began in the last hour were declined, or may still be.
      CREATE FUNCTION customers_unsettled(customers uuid[])
      RETURNS TABLE (customer uuid, payments int) LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM lock_customers(customers);
        RETURN QUERY
          SELECT c.id, (
            (SELECT count(*) FROM payments p WHERE p.customer_id = c.id AND p.decline IS NOT NULL
              AND p.status = 'declined' AND p.created_at > now() - interval '1 hour')
            + (SELECT count(*) FROM orders o JOIN payments p ON p.order_id = o.id
              WHERE o.customer_id = c.id AND o.status = 'pending' AND p.status IN ('processing', 'requires_action')
                AND p.created_at > now() - interval '1 hour'))::int
          FROM (SELECT DISTINCT id FROM unnest(customers) AS t (id)) c;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION customers_unsettled, customers_unpaid, lock_customers;
      DROP INDEX payments_declined;
      CREATE INDEX payments_unsettled ON payments (customer_id, created_at)
        WHERE status IN ('declined', 'processing', 'requires_action');

      CREATE FUNCTION customer_unpaid(customer uuid, products uuid[], OUT orders int, OUT pieces jsonb)
      LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        orders := 0;
        IF customer IS NULL THEN RETURN; END IF;
        PERFORM lock_customer(customer);
        SELECT count(*) INTO orders FROM orders o WHERE o.customer_id = customer AND o.status = 'pending';
        IF orders = 0 THEN RETURN; END IF;
        SELECT jsonb_object_agg(held.product_id, held.quantity) INTO pieces FROM (
          SELECT l.product_id, sum(l.quantity - l.cancelled_quantity) AS quantity
          FROM orders o JOIN order_lines l ON l.order_id = o.id
          WHERE o.customer_id = customer AND o.status = 'pending' AND l.product_id = ANY (products)
          GROUP BY l.product_id
        ) held;
      END $$;
      CREATE FUNCTION customer_unsettled(customer uuid) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM lock_customer(customer);
        RETURN (SELECT count(*) FROM payments
          WHERE customer_id = customer AND created_at > now() - interval '1 hour'
            AND status IN ('declined', 'processing', 'requires_action'));
      END $$;
    `);
  }
}
