import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What customer and staff write to each other about an order. A row stays; only its text goes, when a person is erased. */
export class OrderMessages1700000039500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE order_messages (
        id         uuid PRIMARY KEY,
        order_id   uuid NOT NULL REFERENCES orders,
        author_id  uuid NOT NULL REFERENCES users,
        side       text NOT NULL CHECK (side IN ('customer', 'staff')),
        -- Null once it was erased.
        text       text CHECK (length(text) BETWEEN 1 AND 4000),
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX order_messages_order ON order_messages (order_id, id);

      CREATE FUNCTION check_order_message() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.text IS NULL THEN
          RAISE EXCEPTION 'A message has a text' USING ERRCODE = 'check_violation', CONSTRAINT = 'order_messages_text';
        END IF;
        IF NEW.side = 'customer' AND NOT EXISTS (SELECT FROM orders WHERE id = NEW.order_id AND customer_id = NEW.author_id) THEN
          RAISE EXCEPTION 'Only the customer of an order writes as its customer'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_messages_customer';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER order_messages_check BEFORE INSERT ON order_messages FOR EACH ROW EXECUTE FUNCTION check_order_message();
      CREATE TRIGGER order_messages_stay BEFORE DELETE OR TRUNCATE ON order_messages
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER order_messages_keep BEFORE UPDATE ON order_messages FOR EACH ROW
        WHEN (to_jsonb(NEW) - 'text' IS DISTINCT FROM to_jsonb(OLD) - 'text' OR NEW.text IS NOT NULL)
        EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_messages; DROP FUNCTION check_order_message');
  }
}
