import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mails of the last day to people whose address nobody has verified, counted under the person's lock, each event once. */
export class MailQuota1700000013200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE unverified_mails (
        event_id   uuid PRIMARY KEY,
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX unverified_mails_user ON unverified_mails (user_id, created_at);

      -- Whether a mail about an event may be sent; one that was admitted before may be sent again.
      CREATE FUNCTION admit_mail(mailed uuid, event uuid, per_day int) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM lock_customer(mailed);
        IF EXISTS (SELECT FROM unverified_mails WHERE event_id = event) THEN RETURN true; END IF;
        DELETE FROM unverified_mails WHERE user_id = mailed AND created_at < now() - interval '1 day';
        IF (SELECT count(*) FROM unverified_mails WHERE user_id = mailed) >= per_day THEN RETURN false; END IF;
        INSERT INTO unverified_mails (event_id, user_id) VALUES (event, mailed);
        RETURN true;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION admit_mail; DROP TABLE unverified_mails');
  }
}
