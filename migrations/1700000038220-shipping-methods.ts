import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ways to ship an order: where to, for how much, and when it arrives. A charge names the one that it is for. */
export class ShippingMethods1700000038220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shipping_methods (
        id         uuid PRIMARY KEY,
        name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        currency   char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        price      bigint NOT NULL CHECK (price >= 0),
        free_from  bigint CHECK (free_from > 0),
        rated_by   text CHECK (rated_by IN ('subtotal', 'quantity')),
        rates      jsonb NOT NULL CHECK (jsonb_typeof(rates) = 'array'),
        countries  text[] NOT NULL,
        min_days   smallint CHECK (min_days BETWEEN 0 AND 365),
        max_days   smallint CHECK (max_days BETWEEN 0 AND 365),
        tax_class  text CHECK (tax_class ~ '^[a-z][a-z0-9_]{0,39}$'),
        status     text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),
        version    int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT shipping_methods_rates CHECK ((rates = '[]') = (rated_by IS NULL)),
        CONSTRAINT shipping_methods_days CHECK (num_nonnulls(min_days, max_days) <> 1 AND min_days <= max_days)
      );

      ALTER TABLE order_charges
        ADD method_id uuid REFERENCES shipping_methods,
        ADD CONSTRAINT charge_method_is_for_shipping CHECK (method_id IS NULL OR kind = 'shipping');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE order_charges DROP COLUMN method_id; DROP TABLE shipping_methods');
  }
}
