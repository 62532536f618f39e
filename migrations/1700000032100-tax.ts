import type { MigrationInterface, QueryRunner } from 'typeorm';

const totalIsLines = (lineTotal: string, andGroups: string) => `
  CREATE OR REPLACE FUNCTION assert_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        checked uuid;
      BEGIN
        IF TG_TABLE_NAME = 'orders' THEN checked := NEW.id; ELSE checked := coalesce(NEW.order_id, OLD.order_id); END IF;
        IF EXISTS (
          SELECT FROM orders o WHERE o.id = checked AND o.total <> (
            SELECT coalesce(sum(${lineTotal}), 0) FROM order_lines l WHERE l.order_id = o.id)
        ) THEN
          RAISE EXCEPTION 'the total of order % is not the sum of its lines', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;${andGroups}
        RETURN NULL;
      END $$;`;

const BEFORE = totalIsLines('(l.quantity - l.cancelled_quantity) * l.unit_price', '');
const AFTER = totalIsLines(
  'line_total(l)',
  `
        IF EXISTS (SELECT FROM orders o WHERE o.id = checked AND o.taxed) THEN PERFORM assert_order_taxes(ARRAY[checked]); END IF;`,
);

/**
 * Tax: zones and their rates, the tax of lines with what explains it, and the sums by country, category and rate. Subtotal, net and
 * gross amounts follow from price, quantity, tax and mode, so no column holds them. An order without tax has none of these rows.
 */
export class Tax1700000032100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products ADD tax_class text CONSTRAINT products_tax_class CHECK (tax_class ~ '^[a-z][a-z0-9_]{0,39}$');

      CREATE TABLE tax_zones (
        id                 uuid PRIMARY KEY,
        name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        country            char(2) CHECK (country ~ '^[A-Z]{2}$'),
        region             text CHECK (length(region) BETWEEN 1 AND 50),
        postal_from        text CHECK (length(postal_from) BETWEEN 1 AND 20),
        postal_to          text CHECK (length(postal_to) BETWEEN 1 AND 20),
        prices_include_tax boolean NOT NULL,
        created_at         timestamptz NOT NULL DEFAULT now(),
        updated_at         timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT tax_zones_inside_a_country CHECK (country IS NOT NULL OR num_nonnulls(region, postal_from, postal_to) = 0),
        CONSTRAINT tax_zones_postal_range CHECK (num_nonnulls(postal_from, postal_to) <> 1 AND postal_from <= postal_to),
        CONSTRAINT tax_zones_place UNIQUE NULLS NOT DISTINCT (country, region, postal_from, postal_to)
      );
      CREATE TABLE tax_rates (
        id          uuid PRIMARY KEY,
        zone_id     uuid NOT NULL REFERENCES tax_zones,
        tax_class   text NOT NULL CHECK (tax_class ~ '^[a-z][a-z0-9_]{0,39}$'),
        category    text NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
        rate        numeric NOT NULL CHECK (rate BETWEEN 0 AND 100 AND scale(rate) <= 4 AND scale(rate) = min_scale(rate)),
        label       text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
        reason      text CHECK (length(reason) BETWEEN 1 AND 500),
        valid_from  timestamptz NOT NULL,
        valid_until timestamptz CHECK (valid_until > valid_from),
        source      text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT tax_rates_zero_by_category CHECK ((category = 'S') = (rate > 0)),
        CONSTRAINT tax_rates_start UNIQUE (zone_id, tax_class, valid_from)
      );

      ALTER TABLE orders ADD taxed boolean NOT NULL DEFAULT false;
      ALTER TABLE order_lines ADD tax bigint NOT NULL DEFAULT 0, ADD tax_mode text;
      ALTER TABLE order_lines
        ADD CONSTRAINT line_tax_mode CHECK (tax_mode IN ('inclusive', 'exclusive')) NOT VALID,
        ADD CONSTRAINT line_tax_has_a_mode CHECK (tax >= 0 AND (tax = 0 OR tax_mode IS NOT NULL)) NOT VALID,
        ADD CONSTRAINT line_tax_within_price CHECK (tax <= quantity * unit_price) NOT VALID;
      CREATE TRIGGER order_lines_keep_their_tax BEFORE UPDATE ON order_lines FOR EACH ROW
        WHEN ((OLD.tax, OLD.tax_mode) IS DISTINCT FROM (NEW.tax, NEW.tax_mode)) EXECUTE FUNCTION refuse_change();

      CREATE TABLE tax_lines (
        order_id uuid NOT NULL REFERENCES orders,
        line_id  uuid NOT NULL,
        category text NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
        rate     numeric NOT NULL CHECK (rate BETWEEN 0 AND 100),
        base     bigint NOT NULL CHECK (base >= 0),
        amount   bigint NOT NULL CHECK (amount >= 0),
        country  char(2) NOT NULL,
        label    text NOT NULL,
        reason   text,
        source   text NOT NULL,
        PRIMARY KEY (order_id, line_id),
        CONSTRAINT tax_lines_zero_by_category CHECK ((category = 'S') = (rate > 0) AND (rate > 0 OR amount = 0))
      );
      CREATE TRIGGER tax_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON tax_lines
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE tax_groups (
        order_id     uuid NOT NULL REFERENCES orders,
        country      char(2) NOT NULL,
        category     text NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
        rate         numeric NOT NULL CHECK (rate BETWEEN 0 AND 100),
        net          bigint NOT NULL CHECK (net >= 0),
        tax          bigint NOT NULL CHECK (tax >= 0),
        booked_gross bigint NOT NULL DEFAULT 0,
        booked_tax   bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (order_id, country, category, rate),
        CONSTRAINT tax_groups_booked CHECK (booked_tax BETWEEN 0 AND booked_gross)
      ) WITH (fillfactor = 80);
      CREATE TRIGGER tax_groups_stay BEFORE DELETE OR TRUNCATE ON tax_groups FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- The part of an amount of some of its pieces, rounded half up.
      CREATE FUNCTION share_of(amount bigint, pieces int, quantity int) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN div(2 * amount::numeric * pieces + quantity, 2 * quantity)::bigint;
      -- The price of a line with its tax: of all pieces, and without the cancelled ones.
      CREATE FUNCTION line_gross(l order_lines) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN l.quantity * l.unit_price + CASE WHEN l.tax_mode = 'exclusive' THEN l.tax ELSE 0 END;
      CREATE FUNCTION line_total(l order_lines) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN CASE WHEN l.tax_mode IS NULL THEN (l.quantity - l.cancelled_quantity) * l.unit_price
          ELSE line_gross(l) - share_of(line_gross(l), l.cancelled_quantity, l.quantity) END;
      CREATE FUNCTION line_tax(l order_lines) RETURNS bigint LANGUAGE sql IMMUTABLE
        RETURN l.tax - share_of(l.tax, l.cancelled_quantity, l.quantity);

      -- Compares the taxes of these orders with their lines, all in one pass.
      CREATE FUNCTION assert_order_taxes(checked uuid[]) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        SELECT coalesce(l.order_id, t.order_id) INTO broken
        FROM (SELECT l.order_id, l.id, l.tax, line_gross(l) - l.tax AS net FROM order_lines l WHERE l.order_id = ANY (checked) AND l.tax_mode IS NOT NULL) l
        FULL JOIN (SELECT * FROM tax_lines WHERE order_id = ANY (checked)) t ON t.order_id = l.order_id AND t.line_id = l.id
        WHERE (l.tax, l.net) IS DISTINCT FROM (t.amount, t.base) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax lines of order % are not the taxes of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_lines_make_the_tax';
        END IF;
        SELECT coalesce(l.order_id, g.order_id) INTO broken
        FROM (
          SELECT l.order_id, t.country, t.category, t.rate, sum(line_total(l) - line_tax(l)) AS net, sum(line_tax(l)) AS tax
          FROM order_lines l JOIN tax_lines t ON t.order_id = l.order_id AND t.line_id = l.id
          WHERE l.order_id = ANY (checked) GROUP BY 1, 2, 3, 4) l
        FULL JOIN (SELECT * FROM tax_groups WHERE order_id = ANY (checked)) g
          ON (g.order_id, g.country, g.category, g.rate) = (l.order_id, l.country, l.category, l.rate)
        WHERE (l.net, l.tax) IS DISTINCT FROM (g.net, g.tax) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax groups of order % are not the sums of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_groups_are_their_lines';
        END IF;
        SELECT o.id INTO broken FROM orders o
        WHERE o.id = ANY (checked) AND (o.taxed <> EXISTS (SELECT FROM tax_groups g WHERE g.order_id = o.id)
          OR o.total <> (SELECT coalesce(sum(line_total(l)), 0) FROM order_lines l WHERE l.order_id = o.id)) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the total of taxed order % is not the sum of its lines', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_total_is_its_lines';
        END IF;
      END $$;

      CREATE FUNCTION assert_tax_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM assert_order_taxes((SELECT array_agg(DISTINCT order_id) FROM after));
        RETURN NULL;
      END $$;
      CREATE FUNCTION assert_changed_tax_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        changed uuid[];
      BEGIN
        -- Booking changes no amount that lines make.
        SELECT array_agg(DISTINCT order_id) INTO changed FROM (
          (SELECT order_id, country, category, rate, net, tax FROM after)
          EXCEPT (SELECT order_id, country, category, rate, net, tax FROM before)) c;
        IF changed IS NOT NULL THEN PERFORM assert_order_taxes(changed); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER tax_groups_are_their_lines AFTER INSERT ON tax_groups REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_tax_groups();
      CREATE TRIGGER changed_tax_groups_are_their_lines AFTER UPDATE ON tax_groups
        REFERENCING NEW TABLE AS after OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION assert_changed_tax_groups();
      ${AFTER}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${BEFORE}
      DROP TABLE tax_groups, tax_lines, tax_rates, tax_zones;
      DROP FUNCTION assert_tax_groups, assert_changed_tax_groups, assert_order_taxes, line_total, line_gross, line_tax, share_of;
      DROP TRIGGER order_lines_keep_their_tax ON order_lines;
      ALTER TABLE order_lines DROP COLUMN tax, DROP COLUMN tax_mode;
      ALTER TABLE orders DROP COLUMN taxed;
      ALTER TABLE products DROP COLUMN tax_class;
    `);
  }
}
