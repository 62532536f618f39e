import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Second factors: codes of an authenticator app (RFC 6238) and recovery codes. The first factor of an account and the removal of its last
 * one end all sessions, a session of an account with a factor starts with one, and a short password needs a factor beside it.
 */
export class SecondFactors1700000032000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users
        ADD has_second_factor boolean NOT NULL DEFAULT false,
        ADD has_short_password boolean NOT NULL DEFAULT false;
      ALTER TABLE users ADD CONSTRAINT users_short_password CHECK (has_second_factor OR NOT has_short_password) NOT VALID;
      ALTER TABLE users VALIDATE CONSTRAINT users_short_password;
      ALTER TABLE sessions
        ADD second_factor text CHECK (second_factor IN ('totp', 'recovery_code')),
        DROP CONSTRAINT sessions_end_reason_check,
        ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason IN
          ('signed_out', 'revoked', 'password_changed', 'account_disabled', 'token_reused', 'factors_changed')) NOT VALID;
      ALTER TABLE sessions VALIDATE CONSTRAINT sessions_end_reason_check;

      CREATE TABLE totp_factors (
        user_id      uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        secret       encrypted NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        confirmed_at timestamptz,
        last_step    bigint,
        CHECK ((confirmed_at IS NULL) = (last_step IS NULL))
      );
      CREATE TABLE recovery_codes (
        code_hash  bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        used_at    timestamptz
      );
      CREATE INDEX recovery_codes_of_user ON recovery_codes (user_id);

      CREATE FUNCTION refuse_used_code() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a code was used already' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
      END $$;
      CREATE TRIGGER totp_steps_once BEFORE UPDATE ON totp_factors FOR EACH ROW
        WHEN (OLD.last_step IS NOT NULL AND (NEW.last_step IS NULL OR NEW.last_step < OLD.last_step
          OR NEW.last_step = OLD.last_step AND NEW.secret = OLD.secret))
        EXECUTE FUNCTION refuse_used_code();
      CREATE TRIGGER recovery_codes_once BEFORE UPDATE ON recovery_codes FOR EACH ROW
        WHEN (OLD.used_at IS NOT NULL) EXECUTE FUNCTION refuse_used_code();

      CREATE FUNCTION note_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        owner uuid := coalesce(NEW.user_id, OLD.user_id);
        has_one boolean;
      BEGIN
        -- One after the other, so that each sees what the other did.
        PERFORM FROM users WHERE id = owner FOR NO KEY UPDATE;
        has_one := EXISTS (SELECT FROM totp_factors WHERE user_id = owner AND confirmed_at IS NOT NULL);
        UPDATE users SET has_second_factor = has_one WHERE id = owner AND has_second_factor <> has_one;
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_second_factor AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON totp_factors FOR EACH ROW
        EXECUTE FUNCTION note_second_factor();

      DROP TRIGGER count_access_change ON users;
      CREATE TRIGGER count_access_change BEFORE UPDATE ON users FOR EACH ROW
        WHEN ((OLD.roles, OLD.status, OLD.password_hash, OLD.has_second_factor)
          IS DISTINCT FROM (NEW.roles, NEW.status, NEW.password_hash, NEW.has_second_factor))
        EXECUTE FUNCTION count_access_change();
      CREATE OR REPLACE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('till.same_password', true) IS DISTINCT FROM 'on' THEN
          UPDATE sessions SET ended_at = now(),
            end_reason = CASE WHEN NEW.status = 'disabled' THEN 'account_disabled'
              WHEN NEW.has_second_factor <> OLD.has_second_factor THEN 'factors_changed' ELSE 'password_changed' END
            WHERE user_id = NEW.id AND ended_at IS NULL;
        END IF;
        RETURN NULL;
      END $$;
      DROP TRIGGER end_sessions ON users;
      CREATE TRIGGER end_sessions AFTER UPDATE ON users FOR EACH ROW
        WHEN (NEW.status = 'disabled' AND OLD.status <> 'disabled' OR NEW.password_hash IS DISTINCT FROM OLD.password_hash
          OR NEW.has_second_factor <> OLD.has_second_factor)
        EXECUTE FUNCTION end_sessions();

      -- The lock makes it wait for a factor that is being added.
      CREATE FUNCTION refuse_half_sign_in() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM FROM users WHERE id = NEW.user_id AND has_second_factor FOR SHARE;
        IF FOUND THEN
          RAISE EXCEPTION 'the account % needs a second factor', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sessions_need_second_factor';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_half_sign_in BEFORE INSERT ON sessions FOR EACH ROW
        WHEN (NEW.second_factor IS NULL) EXECUTE FUNCTION refuse_half_sign_in();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER refuse_half_sign_in ON sessions;
      DROP TABLE totp_factors, recovery_codes;
      DROP FUNCTION refuse_half_sign_in, refuse_used_code, note_second_factor;
      DELETE FROM sessions WHERE end_reason = 'factors_changed';
      ALTER TABLE sessions
        DROP COLUMN second_factor,
        DROP CONSTRAINT sessions_end_reason_check,
        ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason IN
          ('signed_out', 'revoked', 'password_changed', 'account_disabled', 'token_reused'));
      DROP TRIGGER end_sessions ON users;
      CREATE OR REPLACE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('till.same_password', true) IS DISTINCT FROM 'on' THEN
          UPDATE sessions SET ended_at = now(),
            end_reason = CASE WHEN NEW.status = 'disabled' THEN 'account_disabled' ELSE 'password_changed' END
            WHERE user_id = NEW.id AND ended_at IS NULL;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER end_sessions AFTER UPDATE ON users FOR EACH ROW
        WHEN (NEW.status = 'disabled' AND OLD.status <> 'disabled' OR NEW.password_hash IS DISTINCT FROM OLD.password_hash)
        EXECUTE FUNCTION end_sessions();
      DROP TRIGGER count_access_change ON users;
      CREATE TRIGGER count_access_change BEFORE UPDATE ON users FOR EACH ROW
        WHEN ((OLD.roles, OLD.status, OLD.password_hash) IS DISTINCT FROM (NEW.roles, NEW.status, NEW.password_hash))
        EXECUTE FUNCTION count_access_change();
      ALTER TABLE users DROP CONSTRAINT users_short_password, DROP COLUMN has_second_factor, DROP COLUMN has_short_password;
    `);
  }
}
