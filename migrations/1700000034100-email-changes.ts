import type { MigrationInterface, QueryRunner } from 'typeorm';

const PURPOSES = `'password_reset', 'invitation', 'email_verification', 'repeated_registration'`;

/**
 * People change their address: a token by mail confirms the new one, and the old one, if it was confirmed, gets a token that takes the account
 * back. For seven days the old address stays theirs, so that nobody takes it meanwhile. Any change of the address or of the access ends changes that wait.
 */
export class EmailChanges1700000034100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE former_emails (
        id          uuid PRIMARY KEY,
        user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        email       text NOT NULL CHECK (length(email) <= 254),
        may_return  boolean NOT NULL,
        replaced_at timestamptz NOT NULL DEFAULT now(),
        returned_at timestamptz CHECK (returned_at IS NULL OR may_return)
      );
      CREATE INDEX former_emails_of_user ON former_emails (user_id);
      CREATE INDEX former_emails_of_email ON former_emails (lower(email)) WHERE may_return;
      CREATE INDEX former_emails_by_age ON former_emails (replaced_at);

      ALTER TABLE mailed_tokens
        ADD COLUMN access_version int,
        DROP CONSTRAINT mailed_tokens_purpose_check,
        ADD CONSTRAINT mailed_tokens_purpose_check CHECK (purpose IN (${PURPOSES}, 'email_change', 'email_change_undo')) NOT VALID,
        ADD CONSTRAINT mailed_tokens_email_change CHECK (purpose <> 'email_change' OR num_nulls(user_id, access_version) = 0) NOT VALID;
      ALTER TABLE mailed_tokens VALIDATE CONSTRAINT mailed_tokens_purpose_check;
      ALTER TABLE mailed_tokens VALIDATE CONSTRAINT mailed_tokens_email_change;

      CREATE FUNCTION is_reserved_email(address text, for_user uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM former_emails WHERE lower(email) = lower(address) AND may_return AND user_id <> for_user
          AND returned_at IS NULL AND replaced_at > now() - interval '7 days')
      $$;
      -- After the row, so that it waits for a change of the address by somebody else, and sees it.
      CREATE FUNCTION keep_former_emails() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF is_reserved_email(NEW.email, NEW.id) THEN
          RAISE EXCEPTION 'the address was that of another account until lately'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'users_email_key';
        END IF;
        IF TG_OP = 'UPDATE' THEN
          DELETE FROM mailed_tokens WHERE user_id = NEW.id AND purpose = 'email_change' AND used_at IS NULL;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER keep_former_emails_of_new AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION keep_former_emails();
      CREATE TRIGGER keep_former_emails AFTER UPDATE ON users FOR EACH ROW
        WHEN (NEW.email IS DISTINCT FROM OLD.email) EXECUTE FUNCTION keep_former_emails();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER keep_former_emails ON users;
      DROP TRIGGER keep_former_emails_of_new ON users;
      DROP FUNCTION keep_former_emails();
      DROP FUNCTION is_reserved_email(text, uuid);
      DELETE FROM mailed_tokens WHERE purpose IN ('email_change', 'email_change_undo');
      ALTER TABLE mailed_tokens
        DROP CONSTRAINT mailed_tokens_email_change,
        DROP CONSTRAINT mailed_tokens_purpose_check,
        ADD CONSTRAINT mailed_tokens_purpose_check CHECK (purpose IN (${PURPOSES})),
        DROP COLUMN access_version;
      DROP TABLE former_emails;
    `);
  }
}
