import type { MigrationInterface, QueryRunner } from 'typeorm';

const benefits = `'percent', 'amount', 'pieces', 'shipping'`;

/**
 * Promotions that give pieces away, or the shipping. Processes of the release before take nothing off for them: they read neither a percentage nor an
 * amount.
 */
export class MoreBenefits1700000039120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE promotions
        ADD buy_pieces int,
        ADD free_pieces int,
        DROP CONSTRAINT promotions_benefit_check,
        DROP CONSTRAINT promotions_benefit_has_a_value,
        ADD CONSTRAINT promotions_benefit_check CHECK (benefit IN (${benefits})),
        ADD CONSTRAINT promotions_benefit_has_a_value CHECK (
          (percentage IS NOT NULL) = (benefit = 'percent') AND (amount IS NOT NULL) = (benefit = 'amount')
          AND (buy_pieces IS NOT NULL) = (benefit = 'pieces') AND (free_pieces IS NOT NULL) = (benefit = 'pieces')),
        ADD CONSTRAINT promotions_pieces CHECK (buy_pieces > 0 AND free_pieces > 0);
      CREATE TRIGGER promotions_keep_their_pieces AFTER UPDATE ON promotions FOR EACH ROW
        WHEN ((OLD.buy_pieces, OLD.free_pieces) IS DISTINCT FROM (NEW.buy_pieces, NEW.free_pieces)) EXECUTE FUNCTION refuse_other_promotion();
      ALTER TABLE order_discounts DROP CONSTRAINT order_discounts_benefit_check,
        ADD CONSTRAINT order_discounts_benefit_check CHECK (benefit IN (${benefits})) NOT VALID;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE order_discounts DROP CONSTRAINT order_discounts_benefit_check,
        ADD CONSTRAINT order_discounts_benefit_check CHECK (benefit IN ('percent', 'amount'));
      DROP TRIGGER promotions_keep_their_pieces ON promotions;
      ALTER TABLE promotions
        DROP CONSTRAINT promotions_pieces,
        DROP CONSTRAINT promotions_benefit_has_a_value,
        DROP CONSTRAINT promotions_benefit_check,
        DROP COLUMN free_pieces,
        DROP COLUMN buy_pieces,
        ADD CONSTRAINT promotions_benefit_check CHECK (benefit IN ('percent', 'amount')),
        ADD CONSTRAINT promotions_benefit_has_a_value CHECK (CASE benefit WHEN 'percent' THEN percentage IS NOT NULL AND amount IS NULL
          ELSE amount IS NOT NULL AND percentage IS NULL END);`);
  }
}
