import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Large refunds wait for a second person. */
export class Approvals1700000030400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE approvals (
        id           uuid PRIMARY KEY,
        payment_id   uuid NOT NULL REFERENCES payments,
        amount       bigint NOT NULL CHECK (amount > 0),
        reason       text CHECK (length(reason) <= 500),
        status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
        requested_by uuid NOT NULL REFERENCES users,
        decided_by   uuid REFERENCES users,
        decided_at   timestamptz,
        note         text CHECK (length(note) <= 500),
        refund_id    uuid UNIQUE REFERENCES refunds,
        created_at   timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT approvals_two_people CHECK (decided_by <> requested_by),
        CONSTRAINT approvals_decided CHECK (
          (status = 'pending') = (decided_by IS NULL) AND (status = 'pending') = (decided_at IS NULL)
          AND (status = 'approved') = (refund_id IS NOT NULL))
      );
      CREATE INDEX approvals_status ON approvals (status, id);
      CREATE INDEX approvals_payment ON approvals (payment_id);

      -- A request never changes, and it is decided once.
      CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON approvals FOR EACH ROW
        WHEN (OLD.status <> 'pending' OR (OLD.id, OLD.payment_id, OLD.amount, OLD.requested_by, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.payment_id, NEW.amount, NEW.requested_by, NEW.created_at))
        EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER approvals_kept BEFORE DELETE ON approvals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE approvals');
  }
}
