import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passkeys (WebAuthn), each of which is a second factor and a way to sign in by itself, and challenges that authenticators are to sign. */
export class Passkeys1700000038110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions
        DROP CONSTRAINT sessions_second_factor_check,
        ADD CONSTRAINT sessions_second_factor_check CHECK (second_factor IN ('totp', 'recovery_code', 'passkey')) NOT VALID;
      ALTER TABLE sessions VALIDATE CONSTRAINT sessions_second_factor_check;

      CREATE TABLE passkeys (
        id            uuid PRIMARY KEY,
        user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        credential_id bytea NOT NULL CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
        public_key    bytea NOT NULL CHECK (octet_length(public_key) BETWEEN 1 AND 4096),
        sign_count    bigint NOT NULL CHECK (sign_count >= 0),
        transports    text[] NOT NULL CHECK (cardinality(transports) <= 10),
        is_synced     boolean NOT NULL,
        name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        created_at    timestamptz NOT NULL DEFAULT now(),
        last_used_at  timestamptz,
        CONSTRAINT passkeys_of_one_account UNIQUE (credential_id)
      );
      CREATE INDEX passkeys_of_user ON passkeys (user_id);
      -- A passkey never moves to another account, its key never changes, and its counter only grows: one that does not shows a copy of the key.
      CREATE TRIGGER passkeys_stay BEFORE UPDATE ON passkeys FOR EACH ROW
        WHEN ((OLD.id, OLD.user_id, OLD.credential_id, OLD.public_key, OLD.created_at)
            IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.credential_id, NEW.public_key, NEW.created_at)
          OR NEW.sign_count < OLD.sign_count
          OR NEW.last_used_at IS DISTINCT FROM OLD.last_used_at AND OLD.sign_count > 0 AND NEW.sign_count = OLD.sign_count)
        EXECUTE FUNCTION refuse_change();

      -- One after the other, so that each counts the ones before it.
      CREATE FUNCTION limit_passkeys() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE;
        IF (SELECT count(*) FROM passkeys WHERE user_id = NEW.user_id) >= 20 THEN
          RAISE EXCEPTION 'the account % has 20 passkeys', NEW.user_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'passkeys_per_account';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER limit_passkeys BEFORE INSERT ON passkeys FOR EACH ROW EXECUTE FUNCTION limit_passkeys();

      CREATE OR REPLACE FUNCTION note_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        owner uuid := coalesce(NEW.user_id, OLD.user_id);
        has_one boolean;
      BEGIN
        -- One after the other, so that each sees what the other did.
        PERFORM FROM users WHERE id = owner FOR NO KEY UPDATE;
        has_one := EXISTS (SELECT FROM totp_factors WHERE user_id = owner AND confirmed_at IS NOT NULL)
          OR EXISTS (SELECT FROM passkeys WHERE user_id = owner);
        UPDATE users SET has_second_factor = has_one WHERE id = owner AND has_second_factor <> has_one;
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_passkey AFTER INSERT OR DELETE ON passkeys FOR EACH ROW EXECUTE FUNCTION note_second_factor();

      -- The row has the hash of a challenge, and goes when it is used. user_id: who adds a passkey.
      CREATE TABLE passkey_challenges (
        challenge_hash bytea PRIMARY KEY CHECK (octet_length(challenge_hash) = 32),
        user_id        uuid REFERENCES users ON DELETE CASCADE,
        access_version integer,
        expires_at     timestamptz NOT NULL,
        CHECK ((user_id IS NULL) = (access_version IS NULL))
      );
      CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);
      CREATE INDEX passkey_challenges_of_user ON passkey_challenges (user_id) WHERE user_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM passkeys;
      DROP TABLE passkey_challenges, passkeys;
      DROP FUNCTION limit_passkeys;
      CREATE OR REPLACE FUNCTION note_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
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
      DELETE FROM sessions WHERE second_factor = 'passkey';
      ALTER TABLE sessions
        DROP CONSTRAINT sessions_second_factor_check,
        ADD CONSTRAINT sessions_second_factor_check CHECK (second_factor IN ('totp', 'recovery_code'));
    `);
  }
}
