import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Pieces of a line can be cancelled. The total of an order is the sum over its lines of what is not cancelled; a change of
 * either is checked when the transaction ends. Inserts are left to the proof, which recomputes every order.
 * A later migration validates the constraint, since that reads the table.
 */
export class PartialCancellation1700000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE order_lines
        ADD cancelled_quantity int NOT NULL DEFAULT 0,
        DROP CONSTRAINT line_not_overfulfilled,
        ADD CONSTRAINT line_not_overfulfilled CHECK (fulfilled_quantity >= 0 AND cancelled_quantity >= 0
          AND fulfilled_quantity::bigint + cancelled_quantity <= quantity) NOT VALID;

      CREATE FUNCTION assert_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF TG_TABLE_NAME = 'orders' THEN checked := NEW.id; ELSE checked := coalesce(NEW.order_id, OLD.order_id); END IF;
        IF EXISTS (
          SELECT FROM orders o WHERE o.id = checked AND o.total <> (
            SELECT coalesce(sum((l.quantity - l.cancelled_quantity) * l.unit_price), 0) FROM order_lines l WHERE l.order_id = o.id)
        ) THEN
          RAISE EXCEPTION 'the total of order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER order_total_is_its_lines AFTER UPDATE ON orders DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (OLD.total IS DISTINCT FROM NEW.total) EXECUTE FUNCTION assert_order_total();
      CREATE CONSTRAINT TRIGGER order_lines_make_the_total AFTER UPDATE ON order_lines DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN ((OLD.quantity, OLD.cancelled_quantity, OLD.unit_price)
          IS DISTINCT FROM (NEW.quantity, NEW.cancelled_quantity, NEW.unit_price)) EXECUTE FUNCTION assert_order_total();
      CREATE CONSTRAINT TRIGGER order_lines_stay AFTER DELETE ON order_lines DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION assert_order_total();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER order_total_is_its_lines ON orders;
      DROP TRIGGER order_lines_make_the_total ON order_lines;
      DROP TRIGGER order_lines_stay ON order_lines;
      DROP FUNCTION assert_order_total;
      ALTER TABLE order_lines
        DROP CONSTRAINT line_not_overfulfilled,
        DROP COLUMN cancelled_quantity,
        ADD CONSTRAINT line_not_overfulfilled CHECK (fulfilled_quantity BETWEEN 0 AND quantity);
    `);
  }
}
