import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may have a discount: its rule, its limits and budgets, and what was taken of them. */
const PROMOTIONS = `
      CREATE TABLE promotions (
        id              uuid PRIMARY KEY,
        name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        code            text CONSTRAINT promotions_code_key UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{0,49}$'),
        benefit         text NOT NULL CHECK (benefit IN ('percent', 'amount')),
        percentage      numeric CHECK (percentage > 0 AND percentage <= 100 AND scale(percentage) <= 4 AND scale(percentage) = min_scale(percentage)),
        amount          bigint CHECK (amount > 0),
        currency        char(3),
        conditions      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(conditions) = 'object'),
        combines_with   text[] NOT NULL CHECK (combines_with <@ ARRAY['coupon', 'promotion']),
        valid_from      timestamptz NOT NULL,
        valid_until     timestamptz CHECK (valid_until > valid_from),
        status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
        usage_limit     int CHECK (usage_limit > 0),
        used            int NOT NULL DEFAULT 0,
        budget          bigint CHECK (budget > 0),
        spent           bigint NOT NULL DEFAULT 0,
        customer_limit  int CHECK (customer_limit > 0),
        customer_budget bigint CHECK (customer_budget > 0),
        counted         boolean NOT NULL GENERATED ALWAYS AS (num_nonnulls(usage_limit, budget, customer_limit, customer_budget) > 0) STORED,
        version         int NOT NULL DEFAULT 1,
        created_at      timestamptz NOT NULL DEFAULT now(),
        updated_at      timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT promotions_benefit_has_a_value CHECK (CASE benefit WHEN 'percent' THEN percentage IS NOT NULL AND amount IS NULL
          ELSE amount IS NOT NULL AND percentage IS NULL END),
        CONSTRAINT promotions_money_has_a_currency CHECK (num_nonnulls(amount, budget, customer_budget) = 0 OR currency IS NOT NULL),
        CONSTRAINT promotions_used_within_limit CHECK (used >= 0 AND (used <= usage_limit OR usage_limit IS NULL)),
        CONSTRAINT promotions_spent_within_budget CHECK (spent >= 0 AND (spent <= budget OR budget IS NULL))
      ) WITH (fillfactor = 70);

      -- One that was never counted has uses that nobody knows, so it gets no limit later; and money stays in its currency.
      CREATE FUNCTION refuse_other_promotion() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a promotion keeps its benefit, its currency, and whether it is counted'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'promotions_keep_their_benefit';
      END $$;
      CREATE TRIGGER promotions_keep_their_benefit AFTER UPDATE ON promotions FOR EACH ROW
        WHEN ((OLD.code, OLD.benefit, OLD.percentage, OLD.amount, OLD.currency, OLD.counted)
          IS DISTINCT FROM (NEW.code, NEW.benefit, NEW.percentage, NEW.amount, NEW.currency, NEW.counted))
        EXECUTE FUNCTION refuse_other_promotion();`;

/** Promotions and coupons as data. A coupon is a promotion with a code. */
export class Promotions1700000035100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROMOTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE promotions; DROP FUNCTION refuse_other_promotion');
  }
}
