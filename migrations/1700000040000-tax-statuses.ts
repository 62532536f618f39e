import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What of a customer changes the tax of their orders: a VAT id with what is known of it, and an exemption with who granted it. It goes with
 * the account. The evidence of official checks stays, in a table of its own that only grows.
 */
export class TaxStatuses1700000040000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tax_statuses (
        user_id               uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        vat_id                text CONSTRAINT tax_statuses_vat_id CHECK (vat_id ~ '^[A-Z]{2}[0-9A-Z+*]{2,18}$'),
        vat_id_state          text CONSTRAINT tax_statuses_vat_id_states CHECK (vat_id_state IN ('unchecked', 'valid', 'invalid')),
        vat_id_confirmed_by   uuid REFERENCES users,
        vat_id_checked_at     timestamptz,
        check_due_at          timestamptz,
        check_attempts        int NOT NULL DEFAULT 0 CHECK (check_attempts >= 0),
        check_error           text CHECK (length(check_error) <= 200),
        exemption_country     char(2) CHECK (exemption_country ~ '^[A-Z]{2}$'),
        -- In capitals, of which one letter of the 50 may have three.
        exemption_region      text CHECK (length(exemption_region) BETWEEN 1 AND 150),
        exemption_reason      text CHECK (length(exemption_reason) BETWEEN 1 AND 500),
        exemption_from        timestamptz,
        exemption_until       timestamptz,
        exemption_granted_by  uuid REFERENCES users,
        created_at            timestamptz NOT NULL DEFAULT now(),
        updated_at            timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT tax_statuses_vat_id_has_a_state CHECK ((vat_id IS NULL) = (vat_id_state IS NULL)),
        CONSTRAINT tax_statuses_confirmed_is_valid CHECK (vat_id_confirmed_by IS NULL OR vat_id_state = 'valid'),
        CONSTRAINT tax_statuses_valid_has_evidence
          CHECK (vat_id_state IS DISTINCT FROM 'valid' OR num_nonnulls(vat_id_confirmed_by, vat_id_checked_at) > 0),
        CONSTRAINT tax_statuses_check_has_a_vat_id CHECK (vat_id IS NOT NULL OR num_nonnulls(vat_id_checked_at, check_due_at) = 0),
        CONSTRAINT tax_statuses_exemption_is_whole CHECK (
          num_nonnulls(exemption_country, exemption_reason, exemption_from, exemption_granted_by) IN (0, 4)
          AND (exemption_country IS NOT NULL OR num_nonnulls(exemption_region, exemption_until) = 0)),
        CONSTRAINT tax_statuses_exemption_ends CHECK (exemption_until > exemption_from),
        CONSTRAINT tax_statuses_granted_by_another CHECK (exemption_granted_by <> user_id AND vat_id_confirmed_by <> user_id)
      );
      CREATE INDEX tax_statuses_check_due ON tax_statuses (check_due_at) WHERE check_due_at IS NOT NULL;

      CREATE TABLE vat_id_checks (
        id                  uuid PRIMARY KEY,
        user_id             uuid NOT NULL REFERENCES users,
        vat_id              text NOT NULL CHECK (vat_id ~ '^[A-Z]{2}[0-9A-Z+*]{2,18}$'),
        valid               boolean NOT NULL,
        consultation_number text CHECK (length(consultation_number) BETWEEN 1 AND 100),
        answer              jsonb NOT NULL,
        asked_at            timestamptz NOT NULL,
        created_at          timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX vat_id_checks_of_user ON vat_id_checks (user_id, id);
      CREATE TRIGGER vat_id_checks_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON vat_id_checks
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE vat_id_checks, tax_statuses');
  }
}
