import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did or tried what. Rows are never changed, and the proof seals them. */
export class AuditLog1700000030300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        id          uuid PRIMARY KEY,
        action      text NOT NULL CHECK (action ~ '^[a-z_]+\\.[a-z_]+$'),
        outcome     text NOT NULL CHECK (outcome IN ('succeeded', 'failed', 'denied')),
        actor_id    uuid,
        api_key_id  uuid,
        target_type text,
        target_id   text,
        before      jsonb,
        after       jsonb,
        address     text,
        request_id  text,
        created_at  timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX audit_log_actor ON audit_log (actor_id, id) WHERE actor_id IS NOT NULL;
      CREATE INDEX audit_log_api_key ON audit_log (api_key_id, id) WHERE api_key_id IS NOT NULL;
      CREATE INDEX audit_log_target ON audit_log (target_id, id) WHERE target_id IS NOT NULL;
      CREATE INDEX audit_log_request ON audit_log (request_id, id) WHERE request_id IS NOT NULL;
      CREATE INDEX audit_log_action ON audit_log (action, id);
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log');
  }
}
