import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tokens that people get by mail, such as those to reset a password. Also: a password that is hashed again at a higher cost is the same
 * password, so that neither access tokens nor sessions end.
 */
export class MailedTokens1700000026150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mailed_tokens (
        id         uuid PRIMARY KEY,
        purpose    text NOT NULL CHECK (purpose IN ('password_reset', 'invitation', 'email_verification')),
        email      text NOT NULL CHECK (length(email) <= 254),
        user_id    uuid REFERENCES users ON DELETE CASCADE,
        token_hash bytea UNIQUE CHECK (octet_length(token_hash) = 32),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        used_at    timestamptz,
        CHECK ((token_hash IS NULL) = (expires_at IS NULL)),
        CHECK (token_hash IS NULL OR user_id IS NOT NULL),
        CHECK (used_at IS NULL OR token_hash IS NOT NULL)
      );
      CREATE INDEX mailed_tokens_of_email ON mailed_tokens (lower(email), purpose);
      CREATE INDEX mailed_tokens_of_user ON mailed_tokens (user_id);
      CREATE INDEX mailed_tokens_by_age ON mailed_tokens (created_at);

      CREATE FUNCTION keep_mailed_token_used() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'mailed token % was used', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'mailed_tokens_once';
      END $$;
      CREATE TRIGGER keep_mailed_token_used BEFORE UPDATE ON mailed_tokens FOR EACH ROW
        WHEN (OLD.used_at IS NOT NULL) EXECUTE FUNCTION keep_mailed_token_used();

      CREATE OR REPLACE FUNCTION count_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('till.same_password', true) IS DISTINCT FROM 'on' THEN
          NEW.access_version := OLD.access_version + 1;
        END IF;
        RETURN NEW;
      END $$;
      CREATE OR REPLACE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('till.same_password', true) IS DISTINCT FROM 'on' THEN
          UPDATE sessions SET ended_at = now(),
            end_reason = CASE WHEN NEW.status = 'disabled' THEN 'account_disabled' ELSE 'password_changed' END
            WHERE user_id = NEW.id AND ended_at IS NULL;
        END IF;
        RETURN NULL;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE sessions SET ended_at = now(),
          end_reason = CASE WHEN NEW.status = 'disabled' THEN 'account_disabled' ELSE 'password_changed' END
          WHERE user_id = NEW.id AND ended_at IS NULL;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION count_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.access_version := OLD.access_version + 1;
        RETURN NEW;
      END $$;
      DROP TABLE mailed_tokens;
      DROP FUNCTION keep_mailed_token_used;
    `);
  }
}
