import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Cancellations that give much back wait for a second person too. */
export class ApprovedCancellations1700000031010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE approvals
        ALTER payment_id DROP NOT NULL,
        ADD order_id uuid REFERENCES orders,
        -- The pieces to cancel, as [{ "lineId", "quantity" }]; all that can be cancelled if absent.
        ADD lines jsonb,
        ADD CONSTRAINT approvals_one_thing CHECK (
          num_nonnulls(payment_id, order_id) = 1 AND (lines IS NULL OR order_id IS NOT NULL)),
        DROP CONSTRAINT approvals_decided,
        ADD CONSTRAINT approvals_decided CHECK (
          (status = 'pending') = (decided_by IS NULL) AND (status = 'pending') = (decided_at IS NULL)
          AND (status = 'approved' AND payment_id IS NOT NULL) = (refund_id IS NOT NULL));
      CREATE INDEX approvals_order ON approvals (order_id) WHERE order_id IS NOT NULL;

      DROP TRIGGER approvals_decided_once ON approvals;
      CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON approvals FOR EACH ROW
        WHEN (OLD.status <> 'pending'
          OR (OLD.id, OLD.payment_id, OLD.order_id, OLD.lines, OLD.amount, OLD.reason, OLD.requested_by, OLD.created_at)
            IS DISTINCT FROM
            (NEW.id, NEW.payment_id, NEW.order_id, NEW.lines, NEW.amount, NEW.reason, NEW.requested_by, NEW.created_at))
        EXECUTE FUNCTION refuse_change();
    `);
  }

  /** Requests for cancellations are lost: the table without these columns can't say what they are for. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER approvals_decided_once ON approvals;
      DROP TRIGGER approvals_kept ON approvals;
      DELETE FROM approvals WHERE order_id IS NOT NULL;
      ALTER TABLE approvals
        DROP CONSTRAINT approvals_decided,
        DROP CONSTRAINT approvals_one_thing,
        DROP order_id,
        DROP lines,
        ALTER payment_id SET NOT NULL,
        ADD CONSTRAINT approvals_decided CHECK (
          (status = 'pending') = (decided_by IS NULL) AND (status = 'pending') = (decided_at IS NULL)
          AND (status = 'approved') = (refund_id IS NOT NULL));
      CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON approvals FOR EACH ROW
        WHEN (OLD.status <> 'pending' OR (OLD.id, OLD.payment_id, OLD.amount, OLD.requested_by, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.payment_id, NEW.amount, NEW.requested_by, NEW.created_at))
        EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER approvals_kept BEFORE DELETE ON approvals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }
}
