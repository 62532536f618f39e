import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why staff took something off an order may name the customer: it can be erased, and nothing else of the row changes. */
export class ErasableReasons1700000038230 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE order_discounts DROP CONSTRAINT order_discounts_source;
      ALTER TABLE order_discounts ADD CONSTRAINT order_discounts_source CHECK (CASE source
        WHEN 'manual' THEN num_nonnulls(promotion_id, code) = 0 AND actor_id IS NOT NULL
        ELSE promotion_id IS NOT NULL AND (code IS NOT NULL) = (source = 'coupon') AND num_nonnulls(reason, actor_id) = 0 END);

      DROP TRIGGER order_discounts_stay ON order_discounts;
      CREATE TRIGGER order_discounts_stay BEFORE DELETE OR TRUNCATE ON order_discounts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER order_discounts_keep BEFORE UPDATE ON order_discounts FOR EACH ROW
        WHEN (to_jsonb(NEW) - 'reason' IS DISTINCT FROM to_jsonb(OLD) - 'reason' OR NEW.reason IS NOT NULL)
        EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER order_discounts_keep ON order_discounts;
      DROP TRIGGER order_discounts_stay ON order_discounts;
      UPDATE order_discounts SET reason = '' WHERE source = 'manual' AND reason IS NULL;
      CREATE TRIGGER order_discounts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON order_discounts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      ALTER TABLE order_discounts DROP CONSTRAINT order_discounts_source;
      ALTER TABLE order_discounts ADD CONSTRAINT order_discounts_source CHECK (CASE source
        WHEN 'manual' THEN num_nonnulls(promotion_id, code) = 0 AND num_nonnulls(reason, actor_id) = 2
        ELSE promotion_id IS NOT NULL AND (code IS NOT NULL) = (source = 'coupon') AND num_nonnulls(reason, actor_id) = 0 END);
    `);
  }
}
