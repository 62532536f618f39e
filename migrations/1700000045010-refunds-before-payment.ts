import type { MigrationInterface, QueryRunner } from 'typeorm';

const SUCCEEDED = (orders: string) => `
  INSERT INTO superseded_refunds (refund_id)
  SELECT r.id FROM ${orders} JOIN refunds r ON r.payment_id = p.id WHERE r.status = 'succeeded'`;

/**
 * Refunds of an order that lost all its money, or was not paid yet, are superseded when it is paid in full, for then its pieces are sold anew. They were
 * when it lost its money: if it was not paid again, it kept the price of returned pieces once a dispute was won. Processes of the release before
 * supersede them sooner, as they did, and those of orders that wait for a payment now stay superseded.
 */
export class RefundsBeforePayment1700000045010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION supersede_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        ${SUCCEEDED('payments p')} AND p.order_id = NEW.id ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER order_paid_anew AFTER UPDATE ON orders FOR EACH ROW
        WHEN (NEW.refunded_amount > 0 AND NEW.status = 'confirmed' AND NEW.reserved_until IS NULL AND OLD.reserved_until IS NOT NULL)
        EXECUTE FUNCTION supersede_refunds();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER order_paid_anew ON orders;
      DROP FUNCTION supersede_refunds;
      ${SUCCEEDED('orders o JOIN payments p ON p.order_id = o.id')}
        AND o.refunded_amount > 0 AND (o.status = 'pending' OR (o.status = 'confirmed' AND o.reserved_until IS NOT NULL))
      ON CONFLICT DO NOTHING;
    `);
  }
}
