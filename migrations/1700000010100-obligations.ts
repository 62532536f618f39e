import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the payments of an order owe back is a row from the moment it arises until nothing is owed any more or a person takes it
 * over. An order can not commit that it holds more than it may keep without such a row: `order_owes_on_record` refuses it.
 * A refund that fulfils an obligation is tried again by itself.
 */
export class Obligations1700000010100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [table, guard, filled]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER order_owes_on_record ON orders;
      UPDATE refunds SET status = 'failed' WHERE status = 'cancelled';
      ALTER TABLE refunds
        DROP CONSTRAINT refunds_status_check,
        ADD CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
        DROP COLUMN obligation_id;
      DROP INDEX refunds_failed;
      DROP TABLE obligations;
      DROP FUNCTION assert_owed_on_record, order_owed;
    `);
  }
}

const table = `
  CREATE TABLE obligations (
    id           uuid PRIMARY KEY,
    order_id     uuid NOT NULL REFERENCES orders,
    -- The payment whose money is too much; null when any of the order's payments may give it back.
    payment_id   uuid REFERENCES payments,
    reason       text NOT NULL
      CHECK (reason IN ('order_ended', 'order_reduced', 'overpayment', 'late_payment', 'dispute_won')),
    -- What was owed when it arose, in minor units of the order's currency.
    amount       bigint NOT NULL CHECK (amount > 0),
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'handed_over', 'settled')),
    -- When a worker looks at it (again), and while one does, when another may.
    next_look_at timestamptz DEFAULT now(),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT obligation_is_looked_at
      CHECK (CASE state WHEN 'open' THEN next_look_at IS NOT NULL WHEN 'settled' THEN next_look_at IS NULL ELSE true END)
  );
  CREATE UNIQUE INDEX obligations_live ON obligations (order_id, payment_id) NULLS NOT DISTINCT WHERE state <> 'settled';
  CREATE INDEX obligations_due ON obligations (next_look_at) WHERE next_look_at IS NOT NULL;
  CREATE INDEX obligations_order ON obligations (order_id, id);

  ALTER TABLE refunds
    ADD obligation_id uuid REFERENCES obligations,
    DROP CONSTRAINT refunds_status_check,
    ADD CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed', 'cancelled'));
  CREATE INDEX refunds_failed ON refunds (id) WHERE status = 'failed';
`;

/** The same as `owed` in src/orders/domain/order-money.ts. */
const guard = `
  CREATE FUNCTION order_owed(o orders) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(0, o.authorized_amount - o.refunded_amount - o.charged_back_amount
      - o.void_pending - o.refund_pending - o.disputed_amount
      - CASE WHEN o.status IN ('cancelled', 'expired') THEN 0 ELSE least(o.total, o.agreed_amount) END)
  $$;
  CREATE FUNCTION assert_owed_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT order_owed(o) FROM orders o WHERE o.id = NEW.id) > 0
      AND NOT EXISTS (SELECT FROM obligations WHERE order_id = NEW.id AND state <> 'settled')
    THEN
      RAISE EXCEPTION 'order % holds more than it may keep, and no obligation says so', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_owes_on_record';
    END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER order_owes_on_record AFTER UPDATE ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.authorized_amount - NEW.refunded_amount - NEW.charged_back_amount
      - NEW.void_pending - NEW.refund_pending - NEW.disputed_amount
      > CASE WHEN NEW.status IN ('cancelled', 'expired') THEN 0 ELSE least(NEW.total, NEW.agreed_amount) END)
    EXECUTE FUNCTION assert_owed_on_record();
`;

const filled = `
  INSERT INTO obligations (id, order_id, reason, amount)
  SELECT gen_random_uuid(), o.id, CASE WHEN o.status IN ('cancelled', 'expired') THEN 'order_ended' ELSE 'overpayment' END,
    order_owed(o)
  FROM orders o WHERE order_owed(o) > 0
`;
