import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What only the proof saw until now: an order that says it has charges has them and their sums, no more of a charge is booked than it costs, and
 * refunds name parts of their own order. An order without charges runs none of these.
 */
const CHARGES = `
      CREATE FUNCTION assert_charged() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF TG_TABLE_NAME = 'orders' THEN checked := NEW.id; ELSE checked := NEW.order_id; END IF;
        IF NOT EXISTS (
          SELECT FROM order_charges c WHERE c.order_id = checked HAVING count(*) > 0 AND min(c.position) = 1 AND max(c.position) = count(*)
        ) THEN
          RAISE EXCEPTION 'the charges of order % are not complete', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charged_orders_have_charges';
        END IF;
        PERFORM assert_charge_groups(ARRAY[checked]);
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER charged_orders_have_charges AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.charged) EXECUTE FUNCTION assert_charged();
      CREATE CONSTRAINT TRIGGER later_charges_are_complete AFTER INSERT ON order_charges DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.position > 1) EXECUTE FUNCTION assert_charged();
      ALTER TABLE charge_groups ADD CONSTRAINT charge_groups_booked CHECK (booked <= net) NOT VALID;`;

const REFUNDS = `
      CREATE FUNCTION assert_refunded_parts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT f.refund_id INTO broken FROM after f JOIN refunds r ON r.id = f.refund_id JOIN payments p ON p.id = r.payment_id
        WHERE NOT EXISTS (
          SELECT FROM order_parts o WHERE o.order_id = p.order_id AND o.id = f.line_id AND o.is_charge = f.of_charge) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'refund % is of something that its order does not have', broken
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'refund_lines_are_of_their_order';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER refund_lines_are_of_their_order AFTER INSERT ON refund_lines REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_refunded_parts();`;

/** What an order may keep means nothing once it has ended, so it says nothing: also when a process of the release before ends it. */
const ENDED = `
      CREATE FUNCTION forget_agreed_amount() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.agreed_amount := NULL;
        RETURN NEW;
      END $$;
      CREATE TRIGGER orders_that_ended_keep_nothing BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (NEW.agreed_amount IS NOT NULL AND NEW.status IN ('cancelled', 'expired')) EXECUTE FUNCTION forget_agreed_amount();`;

export class CompleteCharges1700000039110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query([CHARGES, REFUNDS, ENDED].join('\n'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER orders_that_ended_keep_nothing ON orders;
      DROP TRIGGER refund_lines_are_of_their_order ON refund_lines;
      ALTER TABLE charge_groups DROP CONSTRAINT charge_groups_booked;
      DROP TRIGGER later_charges_are_complete ON order_charges;
      DROP TRIGGER charged_orders_have_charges ON orders;
      DROP FUNCTION forget_agreed_amount, assert_refunded_parts, assert_charged;
    `);
  }
}
