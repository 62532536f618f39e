import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The language of mails to each person, and the addresses that mail servers refused because they do not exist. */
export class MailLanguages1700000039420 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users ADD COLUMN language text NOT NULL DEFAULT 'en',
        ADD CONSTRAINT users_language CHECK (language IN ('en', 'de')) NOT VALID;
      CREATE TABLE mail_bounces (
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        email      text NOT NULL CHECK (email = lower(email)),
        reason     text NOT NULL CHECK (length(reason) <= 500),
        bounced_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, email)
      );
      CREATE INDEX mail_bounces_email ON mail_bounces (email);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mail_bounces; ALTER TABLE users DROP COLUMN language;');
  }
}
