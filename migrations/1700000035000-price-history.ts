import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every price that a product had, and the lowest of the 30 days before its present reduction (Directive 98/6/EC, Article 6a). Triggers
 * write both, so no way of changing a price avoids them. Old prices are unknown: the history begins with the present ones.
 */
export class PriceHistory1700000035000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE price_changes (
        product_id uuid NOT NULL REFERENCES products,
        since      timestamptz NOT NULL,
        price      bigint NOT NULL CHECK (price >= 0),
        currency   char(3) NOT NULL,
        PRIMARY KEY (product_id, since)
      );
      INSERT INTO price_changes SELECT id, least(updated_at, now()), price, currency FROM products;
      ALTER TABLE products ADD lowest_price bigint;

      CREATE FUNCTION refuse_made_up_price() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the history of prices is written by changing products'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'price_changes_come_from_products';
      END $$;
      CREATE TRIGGER price_changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON price_changes
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER price_changes_come_from_products BEFORE INSERT ON price_changes FOR EACH ROW
        WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_made_up_price();

      -- Before the transaction ends, so that a price that nobody could see is none.
      CREATE FUNCTION record_price() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO price_changes
        SELECT p.id, greatest(clock_timestamp(), l.since + interval '1 microsecond'), p.price, p.currency
        FROM products p LEFT JOIN LATERAL (
          SELECT * FROM price_changes c WHERE c.product_id = p.id ORDER BY c.since DESC LIMIT 1) l ON true
        WHERE p.id = NEW.id AND (p.price, p.currency) IS DISTINCT FROM (l.price, l.currency);
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER products_first_price AFTER INSERT ON products DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION record_price();
      CREATE CONSTRAINT TRIGGER products_changed_price AFTER UPDATE ON products DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN ((OLD.price, OLD.currency) IS DISTINCT FROM (NEW.price, NEW.currency)) EXECUTE FUNCTION record_price();

      -- The lowest price of the 30 days before this price, in its currency; null if the price before was not higher. The price that the
      -- history ends with began there; another one begins now.
      CREATE FUNCTION lowest_price_before(product uuid, now_price bigint, now_currency char(3)) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
      DECLARE
        beginning timestamptz := clock_timestamp();
        known price_changes;
      BEGIN
        SELECT * INTO known FROM price_changes WHERE product_id = product ORDER BY since DESC LIMIT 1;
        IF (known.price, known.currency) = (now_price, now_currency) THEN
          beginning := known.since;
          SELECT * INTO known FROM price_changes WHERE product_id = product AND since < beginning ORDER BY since DESC LIMIT 1;
        END IF;
        IF known.currency = now_currency AND known.price > now_price THEN
          RETURN (
            SELECT min(price) FROM price_changes
            WHERE product_id = product AND currency = now_currency AND since < beginning AND since >= coalesce((
              SELECT max(since) FROM price_changes WHERE product_id = product AND since <= beginning - interval '30 days'), '-infinity'));
        END IF;
        RETURN NULL;
      END $$;
      CREATE FUNCTION find_lowest_price() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          NEW.lowest_price := NULL;
        ELSIF (OLD.price, OLD.currency) IS DISTINCT FROM (NEW.price, NEW.currency) THEN
          NEW.lowest_price := lowest_price_before(NEW.id, NEW.price, NEW.currency);
        ELSE
          NEW.lowest_price := OLD.lowest_price;
        END IF;
        RETURN NEW;
      END $$;
      -- Its name is the last, so that it sees what other triggers made of the row.
      CREATE TRIGGER products_z_first_lowest_price BEFORE INSERT ON products FOR EACH ROW
        WHEN (NEW.lowest_price IS NOT NULL) EXECUTE FUNCTION find_lowest_price();
      CREATE TRIGGER products_z_lowest_price BEFORE UPDATE ON products FOR EACH ROW
        WHEN ((OLD.price, OLD.currency, OLD.lowest_price) IS DISTINCT FROM (NEW.price, NEW.currency, NEW.lowest_price))
        EXECUTE FUNCTION find_lowest_price();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER products_first_price ON products;
      DROP TRIGGER products_changed_price ON products;
      DROP TRIGGER products_z_first_lowest_price ON products;
      DROP TRIGGER products_z_lowest_price ON products;
      DROP FUNCTION find_lowest_price, record_price, lowest_price_before;
      ALTER TABLE products DROP COLUMN lowest_price;
      DROP TABLE price_changes;
      DROP FUNCTION refuse_made_up_price;
    `);
  }
}
