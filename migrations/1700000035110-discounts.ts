import type { MigrationInterface, QueryRunner } from 'typeorm';

const lineTotals = (discount: string, isPlain: string) => `
      CREATE OR REPLACE FUNCTION line_gross(l order_lines) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN l.quantity * l.unit_price${discount} + CASE WHEN l.tax_mode = 'exclusive' THEN l.tax ELSE 0 END;
      CREATE OR REPLACE FUNCTION line_total(l order_lines) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN CASE WHEN ${isPlain} THEN (l.quantity - l.cancelled_quantity) * l.unit_price
          ELSE line_gross(l) - share_of(line_gross(l), l.cancelled_quantity, l.quantity) END;`;

const totalIsLines = (andDiscounts: string) => `
      CREATE OR REPLACE FUNCTION assert_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF TG_TABLE_NAME = 'orders' THEN checked := NEW.id; ELSE checked := coalesce(NEW.order_id, OLD.order_id); END IF;
        IF EXISTS (
          SELECT FROM orders o WHERE o.id = checked AND o.total <> (
            SELECT coalesce(sum(line_total(l)), 0) FROM order_lines l WHERE l.order_id = o.id)
        ) THEN
          RAISE EXCEPTION 'the total of order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.taxed) THEN PERFORM assert_order_taxes(ARRAY[checked]); END IF;${andDiscounts}
        RETURN NULL;
      END $$;`;

const AND_DISCOUNTS = `
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.discounted) THEN PERFORM assert_discount_groups(ARRAY[checked]); END IF;`;

/** What orders took: each discount with what explains it, its parts by line, and their sums as the ledger needs them. */
const TAKEN = `
      ALTER TABLE orders ADD discounted boolean NOT NULL DEFAULT false;
      ALTER TABLE order_lines ADD discount bigint NOT NULL DEFAULT 0;
      ALTER TABLE order_lines ADD CONSTRAINT line_discount_within_price CHECK (discount BETWEEN 0 AND quantity * unit_price) NOT VALID;
      CREATE TRIGGER order_lines_keep_their_discount BEFORE UPDATE ON order_lines FOR EACH ROW
        WHEN (OLD.discount IS DISTINCT FROM NEW.discount) EXECUTE FUNCTION refuse_change();

      CREATE TABLE order_discounts (
        id           uuid PRIMARY KEY,
        order_id     uuid NOT NULL REFERENCES orders,
        customer_id  uuid NOT NULL,
        position     smallint NOT NULL CHECK (position > 0),
        source       text NOT NULL CHECK (source IN ('coupon', 'promotion', 'manual')),
        promotion_id uuid REFERENCES promotions,
        code         text,
        name         text NOT NULL,
        benefit      text NOT NULL CHECK (benefit IN ('percent', 'amount')),
        percentage   numeric CHECK (percentage > 0 AND percentage <= 100),
        reason       text,
        actor_id     uuid,
        amount       bigint NOT NULL CHECK (amount > 0),
        CONSTRAINT order_discounts_place UNIQUE (order_id, position),
        CONSTRAINT order_discounts_once UNIQUE (order_id, promotion_id),
        CONSTRAINT order_discounts_source CHECK (CASE source
          WHEN 'manual' THEN num_nonnulls(promotion_id, code) = 0 AND num_nonnulls(reason, actor_id) = 2
          ELSE promotion_id IS NOT NULL AND (code IS NOT NULL) = (source = 'coupon') AND num_nonnulls(reason, actor_id) = 0 END)
      );
      CREATE INDEX order_discounts_of_customers ON order_discounts (promotion_id, customer_id) WHERE promotion_id IS NOT NULL;
      CREATE TRIGGER order_discounts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON order_discounts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE discount_allocations (
        order_id    uuid NOT NULL,
        line_id     uuid NOT NULL,
        discount_id uuid NOT NULL REFERENCES order_discounts,
        amount      bigint NOT NULL CHECK (amount > 0),
        PRIMARY KEY (order_id, line_id, discount_id)
      );
      CREATE TRIGGER discount_allocations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON discount_allocations
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE discount_groups (
        order_id     uuid NOT NULL REFERENCES orders,
        tax          text NOT NULL,
        discount     bigint NOT NULL CHECK (discount >= 0),
        net          bigint NOT NULL,
        booked_gross bigint NOT NULL DEFAULT 0,
        booked       bigint NOT NULL DEFAULT 0 CHECK (booked >= 0),
        PRIMARY KEY (order_id, tax),
        CONSTRAINT discount_groups_net CHECK (net BETWEEN 0 AND discount)
      ) WITH (fillfactor = 80);
      CREATE TRIGGER discount_groups_stay BEFORE DELETE OR TRUNCATE ON discount_groups FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`;

const SUMS = `
      -- The discount of the pieces of a line that are not cancelled.
      CREATE FUNCTION line_discount(l order_lines) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN l.discount - share_of(l.discount, l.cancelled_quantity, l.quantity);

      -- Compares the discounts of these orders with their parts, and the lines with theirs, all in one pass.
      CREATE FUNCTION assert_order_discounts(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(d.order_id, a.order_id) INTO broken
        FROM (SELECT order_id, id, amount FROM order_discounts WHERE order_id = ANY (checked)) d
        FULL JOIN (SELECT order_id, discount_id, sum(amount) AS amount FROM discount_allocations WHERE order_id = ANY (checked) GROUP BY 1, 2) a
          ON (a.order_id, a.discount_id) = (d.order_id, d.id)
        WHERE d.amount IS DISTINCT FROM a.amount LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'a discount of order % is not the sum of its parts', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discounts_are_their_allocations';
        END IF;
        SELECT coalesce(l.order_id, a.order_id) INTO broken
        FROM (SELECT order_id, id, discount FROM order_lines WHERE order_id = ANY (checked) AND discount > 0) l
        FULL JOIN (SELECT order_id, line_id, sum(amount) AS amount FROM discount_allocations WHERE order_id = ANY (checked) GROUP BY 1, 2) a
          ON (a.order_id, a.line_id) = (l.order_id, l.id)
        WHERE l.discount IS DISTINCT FROM a.amount LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the discount of a line of order % is not the sum of its parts', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_discounts_are_their_allocations';
        END IF;
      END $$;
      CREATE FUNCTION assert_discount_groups(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(l.order_id, g.order_id) INTO broken
        FROM (
          SELECT l.order_id, coalesce(t.country || ':' || t.category || ':' || t.rate::text, '') AS tax, sum(line_discount(l)) AS discount
          FROM order_lines l LEFT JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
          WHERE l.order_id = ANY (checked) AND l.discount > 0 GROUP BY 1, 2) l
        FULL JOIN (SELECT * FROM discount_groups WHERE order_id = ANY (checked)) g ON (g.order_id, g.tax) = (l.order_id, l.tax)
        LEFT JOIN orders o ON o.id = g.order_id
        WHERE l.discount IS DISTINCT FROM g.discount OR o.discounted IS NOT TRUE LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the discount groups of order % are not the sums of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_groups_are_their_lines';
        END IF;
      END $$;

      CREATE FUNCTION assert_new_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_order_discounts((SELECT array_agg(DISTINCT order_id) FROM after));
        RETURN NULL;
      END $$;
      CREATE TRIGGER discounts_are_their_allocations AFTER INSERT ON discount_allocations REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_new_allocations();

      CREATE FUNCTION assert_new_discount_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_discount_groups((SELECT array_agg(DISTINCT order_id) FROM after));
        RETURN NULL;
      END $$;
      CREATE FUNCTION assert_changed_discount_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        changed uuid[];
      BEGIN
        -- Booking changes no amount that lines make.
        SELECT array_agg(DISTINCT order_id) INTO changed FROM (
          (SELECT order_id, tax, discount FROM after) EXCEPT (SELECT order_id, tax, discount FROM before)) c;
        IF changed IS NOT NULL THEN PERFORM assert_discount_groups(changed); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER discount_groups_are_their_lines AFTER INSERT ON discount_groups REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_new_discount_groups();
      CREATE TRIGGER changed_discount_groups_are_their_lines AFTER UPDATE ON discount_groups
        REFERENCING NEW TABLE AS after OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION assert_changed_discount_groups();

      -- A discounted order has discounts with their parts, and a discount is one of a discounted order.
      CREATE FUNCTION assert_discounted() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF TG_TABLE_NAME = 'orders' THEN checked := NEW.id; ELSE checked := NEW.order_id; END IF;
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
      CREATE CONSTRAINT TRIGGER discounted_orders_have_discounts AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.discounted) EXECUTE FUNCTION assert_discounted();
      CREATE CONSTRAINT TRIGGER discounts_are_of_discounted_orders AFTER INSERT ON order_discounts DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION assert_discounted();
      CREATE TRIGGER orders_stay_discounted BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (OLD.discounted IS DISTINCT FROM NEW.discounted) EXECUTE FUNCTION refuse_change();`;

/** The discounts of orders and their parts. An order without a discount has none of these rows. */
export class Discounts1700000035110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const totals = lineTotals(' - l.discount', 'l.tax_mode IS NULL AND l.discount = 0');
    await runner.query([TAKEN, totals, SUMS, totalIsLines(AND_DISCOUNTS)].join('\n'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${totalIsLines('')}
      ${lineTotals('', 'l.tax_mode IS NULL')}
      DROP TRIGGER orders_stay_discounted ON orders;
      DROP TRIGGER discounted_orders_have_discounts ON orders;
      DROP TRIGGER order_lines_keep_their_discount ON order_lines;
      DROP TABLE discount_groups, discount_allocations, order_discounts;
      DROP FUNCTION line_discount, assert_order_discounts, assert_discount_groups, assert_new_allocations, assert_new_discount_groups,
        assert_changed_discount_groups, assert_discounted;
      ALTER TABLE order_lines DROP COLUMN discount;
      ALTER TABLE orders DROP COLUMN discounted;
    `);
  }
}
