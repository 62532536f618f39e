import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sessions and their refresh tokens. A disabled account or a changed password ends the sessions of the account, whoever makes the change;
 * an ended session stays ended and gets no more tokens.
 */
export class Sessions1700000026000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sessions (
        id           uuid PRIMARY KEY,
        user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        device       text NOT NULL CHECK (length(device) <= 200),
        address      text NOT NULL CHECK (length(address) <= 100),
        created_at   timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL,
        ended_at     timestamptz,
        end_reason   text CHECK (end_reason IN ('signed_out', 'revoked', 'password_changed', 'account_disabled', 'token_reused')),
        CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
        CHECK (expires_at > created_at)
      );
      CREATE INDEX sessions_of_user ON sessions (user_id, id);
      CREATE INDEX sessions_by_expiry ON sessions (expires_at);
      CREATE TABLE refresh_tokens (
        token_hash  bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
        session_id  uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
        parent_hash bytea,
        issued_at   timestamptz NOT NULL DEFAULT now(),
        used_at     timestamptz
      );
      CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
      CREATE INDEX refresh_tokens_of_parent ON refresh_tokens (parent_hash);

      CREATE FUNCTION keep_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'session % has ended', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'sessions_stay_ended';
      END $$;
      CREATE TRIGGER keep_session_ended BEFORE UPDATE ON sessions FOR EACH ROW
        WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION keep_session_ended();

      CREATE FUNCTION refuse_token_of_ended_session() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM FROM sessions WHERE id = NEW.session_id AND ended_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'session % has ended', NEW.session_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refresh_tokens_of_live_session';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER refuse_token_of_ended_session BEFORE INSERT ON refresh_tokens FOR EACH ROW
        EXECUTE FUNCTION refuse_token_of_ended_session();

      CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE sessions SET ended_at = now(),
          end_reason = CASE WHEN NEW.status = 'disabled' THEN 'account_disabled' ELSE 'password_changed' END
          WHERE user_id = NEW.id AND ended_at IS NULL;
        RETURN NULL;
      END $$;
      CREATE TRIGGER end_sessions AFTER UPDATE ON users FOR EACH ROW
        WHEN (NEW.status = 'disabled' AND OLD.status <> 'disabled' OR NEW.password_hash IS DISTINCT FROM OLD.password_hash)
        EXECUTE FUNCTION end_sessions();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER end_sessions ON users;
      DROP TABLE refresh_tokens, sessions;
      DROP FUNCTION end_sessions, keep_session_ended, refuse_token_of_ended_session;
    `);
  }
}
