import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHARGES_BEFORE = '';
const CHARGES = `
            + CASE WHEN o.charged THEN (SELECT coalesce(sum(charge_gross(c)), 0) FROM order_charges c WHERE c.order_id = o.id) ELSE 0 END`;

const totalIsLines = (andCharges: string) => `
      CREATE OR REPLACE FUNCTION assert_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF TG_TABLE_NAME = 'orders' THEN checked := NEW.id; ELSE checked := coalesce(NEW.order_id, OLD.order_id); END IF;
        IF EXISTS (
          SELECT FROM orders o WHERE o.id = checked AND o.total <> (
            SELECT coalesce(sum(line_total(l)), 0) FROM order_lines l WHERE l.order_id = o.id)${andCharges}
        ) THEN
          RAISE EXCEPTION 'the total of order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.taxed) THEN PERFORM assert_order_taxes(ARRAY[checked]); END IF;
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.discounted) THEN PERFORM assert_discount_groups(ARRAY[checked]); END IF;
        RETURN NULL;
      END $$;`;

/** The charges of orders: what an order costs beside its goods. An order without one has none of these rows. */
const TAKEN = `
      ALTER TABLE orders ADD charged boolean NOT NULL DEFAULT false;
      ALTER TABLE refund_lines ADD of_charge boolean NOT NULL DEFAULT false;

      CREATE TABLE order_charges (
        order_id uuid NOT NULL REFERENCES orders,
        position smallint NOT NULL CHECK (position > 0),
        id       uuid NOT NULL CONSTRAINT order_charges_id UNIQUE,
        kind     text NOT NULL CHECK (kind IN ('shipping', 'fee', 'duty')),
        name     text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        amount   bigint NOT NULL CHECK (amount >= 0),
        discount bigint NOT NULL DEFAULT 0,
        tax      bigint NOT NULL DEFAULT 0,
        tax_mode text CHECK (tax_mode IN ('inclusive', 'exclusive')),
        PRIMARY KEY (order_id, position),
        CONSTRAINT charge_discount_within_amount CHECK (discount BETWEEN 0 AND amount),
        CONSTRAINT charge_tax_has_a_mode CHECK (tax >= 0 AND (tax = 0 OR tax_mode IS NOT NULL)),
        CONSTRAINT charge_tax_within_amount CHECK (tax <= amount - discount)
      );
      CREATE TRIGGER order_charges_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON order_charges
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE charge_groups (
        order_id     uuid NOT NULL REFERENCES orders,
        tax          text NOT NULL,
        net          bigint NOT NULL CHECK (net >= 0),
        booked_gross bigint NOT NULL DEFAULT 0,
        booked       bigint NOT NULL DEFAULT 0 CHECK (booked >= 0),
        PRIMARY KEY (order_id, tax)
      ) WITH (fillfactor = 80);
      CREATE TRIGGER charge_groups_stay BEFORE DELETE OR TRUNCATE ON charge_groups FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER charge_groups_keep_their_net BEFORE UPDATE ON charge_groups FOR EACH ROW
        WHEN (OLD.net IS DISTINCT FROM NEW.net) EXECUTE FUNCTION refuse_change();

      DROP TRIGGER orders_stay_discounted ON orders;
      CREATE TRIGGER orders_stay_discounted BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (OLD.discounted IS DISTINCT FROM NEW.discounted OR OLD.charged IS DISTINCT FROM NEW.charged) EXECUTE FUNCTION refuse_change();`;

const SUMS = `
      -- A charge with its tax, less its discount.
      CREATE FUNCTION charge_gross(c order_charges) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN c.amount - c.discount + CASE WHEN c.tax_mode = 'exclusive' THEN c.tax ELSE 0 END;

      -- What orders are made of: lines, and charges as lines of one piece. "whole_" is of all pieces, the rest without cancelled ones.
      CREATE VIEW order_parts AS
        SELECT l.order_id, l.id, false AS is_charge, l.quantity, l.tax_mode, line_gross(l) AS whole_gross, l.tax AS whole_tax,
          l.discount AS whole_discount, line_total(l) AS gross, line_tax(l) AS tax, line_discount(l) AS discount
        FROM order_lines l
        UNION ALL
        SELECT c.order_id, c.id, true, 1, c.tax_mode, charge_gross(c), c.tax, c.discount, charge_gross(c), c.tax, c.discount
        FROM order_charges c;

      CREATE FUNCTION assert_order_charges(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT c.order_id INTO broken FROM order_charges c LEFT JOIN orders o ON o.id = c.order_id
        WHERE c.order_id = ANY (checked) AND o.charged IS NOT TRUE LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'order % has no charges', broken USING ERRCODE = 'check_violation', CONSTRAINT = 'charges_are_of_charged_orders';
        END IF;
        SELECT o.id INTO broken FROM orders o
        WHERE o.id = ANY (checked) AND o.total <> (SELECT coalesce(sum(p.gross), 0) FROM order_parts p WHERE p.order_id = o.id) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the total of order % is not the sum of its lines and charges', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
      END $$;
      CREATE FUNCTION assert_new_charges() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_order_charges((SELECT array_agg(DISTINCT order_id) FROM after));
        RETURN NULL;
      END $$;
      CREATE TRIGGER charges_are_of_charged_orders AFTER INSERT ON order_charges REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_new_charges();

      -- Compares the charge groups of these orders with their charges at full prices, without the tax in them.
      CREATE FUNCTION assert_charge_groups(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(c.order_id, g.order_id) INTO broken
        FROM (SELECT * FROM charges_by_tax(checked)) c
        FULL JOIN (SELECT * FROM charge_groups WHERE order_id = ANY (checked)) g ON (g.order_id, g.tax) = (c.order_id, c.tax)
        WHERE c.net IS DISTINCT FROM g.net LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the charge groups of order % are not the sums of its charges', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_groups_are_their_charges';
        END IF;
      END $$;
      CREATE FUNCTION charges_by_tax(checked uuid[]) RETURNS TABLE (order_id uuid, tax text, net bigint) LANGUAGE sql STABLE AS $$
        SELECT c.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, ''),
          (sum(c.amount) - CASE WHEN bool_or(c.tax_mode = 'inclusive')
            THEN div(2 * sum(c.amount) * min(t.rate) + 100 + min(t.rate), 2 * (100 + min(t.rate))) ELSE 0 END)::bigint
        FROM order_charges c LEFT JOIN tax_lines t ON t.order_id = c.order_id AND t.line_id = c.id
        WHERE c.order_id = ANY (checked) GROUP BY 1, 2 $$;
      CREATE FUNCTION assert_new_charge_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_charge_groups((SELECT array_agg(DISTINCT order_id) FROM after));
        RETURN NULL;
      END $$;
      CREATE TRIGGER charge_groups_are_their_charges AFTER INSERT ON charge_groups REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_new_charge_groups();`;

/** Charges: shipping, fees and duties, in the total of an order. */
export class Charges1700000038200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query([TAKEN, SUMS, totalIsLines(CHARGES)].join('\n'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${totalIsLines(CHARGES_BEFORE)}
      DROP VIEW order_parts;
      DROP TABLE charge_groups, order_charges CASCADE;
      DROP FUNCTION assert_new_charges, assert_order_charges, charges_by_tax, assert_charge_groups, assert_new_charge_groups;
      DROP TRIGGER orders_stay_discounted ON orders;
      CREATE TRIGGER orders_stay_discounted BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (OLD.discounted IS DISTINCT FROM NEW.discounted) EXECUTE FUNCTION refuse_change();
      ALTER TABLE refund_lines DROP COLUMN of_charge;
      ALTER TABLE orders DROP COLUMN charged;
    `);
  }
}
