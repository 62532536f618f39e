import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Orders that an external provider taxes, and what it is told of them. A sale is committed once, then voided as a whole or refunded in parts,
 * never beyond what was committed; rows stay as they are, apart from the time at which the provider acknowledged them.
 */
export class TaxDocuments1700000040500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tax_documents (
        order_id   uuid PRIMARY KEY REFERENCES orders,
        provider   text NOT NULL,
        currency   char(3) NOT NULL,
        reference  text,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      -- Two triggers, so that the role of the processes keeps the right to lock rows.
      CREATE TRIGGER tax_documents_stay BEFORE DELETE OR TRUNCATE ON tax_documents
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER tax_documents_keep BEFORE UPDATE ON tax_documents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE tax_operations (
        id         uuid PRIMARY KEY,
        order_id   uuid NOT NULL REFERENCES tax_documents,
        kind       text NOT NULL CHECK (kind IN ('commit', 'void', 'refund')),
        groups     jsonb NOT NULL,
        gross      bigint NOT NULL,
        tax        bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at    timestamptz,
        CONSTRAINT tax_operations_tax CHECK (tax BETWEEN 0 AND gross)
      );
      CREATE INDEX tax_operations_order ON tax_operations (order_id, id);
      CREATE UNIQUE INDEX tax_operations_once ON tax_operations (order_id, kind) WHERE kind IN ('commit', 'void');
      CREATE TRIGGER tax_operations_stay BEFORE DELETE OR TRUNCATE ON tax_operations
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER tax_operations_keep BEFORE UPDATE ON tax_operations FOR EACH ROW
        WHEN (to_jsonb(NEW) - 'sent_at' IS DISTINCT FROM to_jsonb(OLD) - 'sent_at' OR OLD.sent_at IS NOT NULL)
        EXECUTE FUNCTION refuse_change();

      CREATE FUNCTION assert_tax_operations() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        broken uuid;
      BEGIN
        -- One at a time for each document, so that each sees those before it.
        PERFORM FROM tax_documents WHERE order_id IN (SELECT order_id FROM after) ORDER BY order_id FOR UPDATE;
        SELECT s.order_id INTO broken
        FROM (
          SELECT o.order_id, count(*) FILTER (WHERE kind = 'void') AS voids, count(*) FILTER (WHERE kind = 'refund') AS refunds,
            sum(gross) FILTER (WHERE kind = 'commit') AS gross, sum(tax) FILTER (WHERE kind = 'commit') AS tax,
            coalesce(sum(gross) FILTER (WHERE kind = 'refund'), 0) AS refunded_gross,
            coalesce(sum(tax) FILTER (WHERE kind = 'refund'), 0) AS refunded_tax
          FROM tax_operations o WHERE o.order_id IN (SELECT order_id FROM after) GROUP BY 1) s
        WHERE s.gross IS NULL OR s.refunded_gross > s.gross OR s.refunded_tax > s.tax OR (s.voids > 0 AND s.refunds > 0) LIMIT 1;
        IF broken IS NOT NULL THEN
          RAISE EXCEPTION 'the tax document of order % takes back what was not committed', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_operations_within_commit';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER tax_operations_within_commit AFTER INSERT ON tax_operations REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION assert_tax_operations();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tax_operations, tax_documents; DROP FUNCTION assert_tax_operations');
  }
}
