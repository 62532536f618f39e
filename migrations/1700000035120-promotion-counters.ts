import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Limits and budgets: taken with the rows of an order, and given back by its end, so that no code can forget either. */
const COUNTERS = `
      CREATE FUNCTION take_promotions() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        UPDATE promotions p SET used = p.used + a.uses, spent = p.spent + a.amount
        FROM (SELECT promotion_id, count(*)::int AS uses, sum(amount)::bigint AS amount FROM after GROUP BY promotion_id) a
        WHERE p.id = a.promotion_id AND p.counted;
        SELECT p.id INTO broken
        FROM (SELECT DISTINCT promotion_id, customer_id FROM after) a
        JOIN promotions p ON p.id = a.promotion_id AND num_nonnulls(p.customer_limit, p.customer_budget) > 0
        JOIN LATERAL (
          SELECT count(*) AS uses, sum(d.amount) AS amount FROM order_discounts d JOIN orders o ON o.id = d.order_id
          WHERE d.promotion_id = a.promotion_id AND d.customer_id = a.customer_id AND o.status NOT IN ('cancelled', 'expired')
        ) u ON u.uses > p.customer_limit OR u.amount > p.customer_budget LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'a customer took more of promotion % than one may', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'promotions_within_customer_limit';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER discounts_take_promotions AFTER INSERT ON order_discounts REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION take_promotions();

      CREATE FUNCTION give_promotions_back() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- In the order in which orders lock them.
        PERFORM FROM promotions p WHERE p.id IN (SELECT promotion_id FROM order_discounts WHERE order_id = NEW.id) AND p.counted
        ORDER BY p.code IS NULL, p.id FOR UPDATE;
        UPDATE promotions p SET used = p.used - 1, spent = p.spent - d.amount
        FROM (SELECT promotion_id, amount FROM order_discounts WHERE order_id = NEW.id) d
        WHERE p.id = d.promotion_id AND p.counted;
        RETURN NULL;
      END $$;
      CREATE TRIGGER ended_orders_give_promotions_back AFTER UPDATE ON orders FOR EACH ROW
        WHEN (NEW.discounted AND NEW.status IN ('cancelled', 'expired') AND OLD.status NOT IN ('cancelled', 'expired'))
        EXECUTE FUNCTION give_promotions_back();`;

/** The counters of promotions follow the discounts of orders. */
export class PromotionCounters1700000035120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COUNTERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER ended_orders_give_promotions_back ON orders;
      DROP TRIGGER discounts_take_promotions ON order_discounts;
      DROP FUNCTION take_promotions, give_promotions_back;
    `);
  }
}
