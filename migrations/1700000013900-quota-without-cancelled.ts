import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pieces that were cancelled are not held, so the quota of unpaid pieces leaves them out. Comes after the quotas themselves. */
export class QuotaWithoutCancelled1700000013900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(customerUnpaid('l.quantity - l.cancelled_quantity'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(customerUnpaid('l.quantity'));
  }
}

const customerUnpaid = (pieces: string) => `
  CREATE OR REPLACE FUNCTION customer_unpaid(customer uuid, products uuid[], OUT orders int, OUT pieces jsonb)
  LANGUAGE plpgsql VOLATILE AS $$
  BEGIN
    orders := 0;
    IF customer IS NULL THEN RETURN; END IF;
    PERFORM lock_customer(customer);
    SELECT count(*) INTO orders FROM orders o WHERE o.customer_id = customer AND o.status = 'pending';
    IF orders = 0 THEN RETURN; END IF;
    SELECT jsonb_object_agg(held.product_id, held.quantity) INTO pieces FROM (
      SELECT l.product_id, sum(${pieces}) AS quantity
      FROM orders o JOIN order_lines l ON l.order_id = o.id
      WHERE o.customer_id = customer AND o.status = 'pending' AND l.product_id = ANY (products)
      GROUP BY l.product_id
    ) held;
  END $$;
`;
