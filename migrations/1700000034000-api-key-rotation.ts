import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A key may have two live secrets: its own, and the one before its rotation for some time. A rotation starts the key's time anew. Processes of the
 * release before know only the key's own secret.
 */
export class ApiKeyRotation1700000034000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys
        ADD COLUMN rotated_at            timestamptz,
        ADD COLUMN previous_prefix       text UNIQUE CHECK (previous_prefix ~ '^[0-9a-f]{12}$'),
        ADD COLUMN previous_secret_hash  bytea CHECK (octet_length(previous_secret_hash) = 32),
        ADD COLUMN previous_expires_at   timestamptz,
        ADD COLUMN previous_last_used_at timestamptz,
        ADD CONSTRAINT api_keys_previous CHECK (num_nulls(rotated_at, previous_prefix, previous_secret_hash, previous_expires_at) IN (0, 4)),
        ADD CONSTRAINT api_keys_overlap CHECK (previous_prefix <> prefix AND previous_expires_at <= rotated_at + interval '31 days'),
        DROP CONSTRAINT api_keys_check,
        ADD CONSTRAINT api_keys_time CHECK (
          expires_at > coalesce(rotated_at, created_at) AND expires_at <= coalesce(rotated_at, created_at) + interval '400 days');

      -- A key gets no more rights than it was made with, a revoked one stays revoked, and its secret changes only by a rotation: what was its
      -- secret becomes the previous one, and ends when it would have ended at the latest. A secret that nobody used yet may be replaced once more.
      CREATE FUNCTION check_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (OLD.id, OLD.owner_id, OLD.scopes, OLD.addresses, OLD.requests_per_minute, OLD.created_at)
             IS DISTINCT FROM (NEW.id, NEW.owner_id, NEW.scopes, NEW.addresses, NEW.requests_per_minute, NEW.created_at)
          OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
          RAISE EXCEPTION 'api_keys is append-only';
        END IF;
        IF (OLD.prefix, OLD.secret_hash, OLD.expires_at, OLD.rotated_at, OLD.previous_prefix, OLD.previous_secret_hash, OLD.previous_expires_at)
           IS NOT DISTINCT FROM (NEW.prefix, NEW.secret_hash, NEW.expires_at, NEW.rotated_at, NEW.previous_prefix, NEW.previous_secret_hash, NEW.previous_expires_at) THEN
          RETURN NEW;
        END IF;
        IF OLD.revoked_at IS NOT NULL OR NEW.prefix = OLD.prefix OR NEW.secret_hash = OLD.secret_hash
          OR (
            ((NEW.previous_prefix, NEW.previous_secret_hash) IS NOT DISTINCT FROM (OLD.prefix, OLD.secret_hash) AND NEW.previous_expires_at <= OLD.expires_at)
            OR ((NEW.previous_prefix, NEW.previous_secret_hash) IS NOT DISTINCT FROM (OLD.previous_prefix, OLD.previous_secret_hash)
                AND OLD.last_used_at IS NULL AND NEW.previous_expires_at <= OLD.previous_expires_at)) IS NOT TRUE THEN
          RAISE EXCEPTION 'api_keys is append-only, apart from rotations';
        END IF;
        RETURN NEW;
      END $$;
      DROP TRIGGER api_keys_fixed ON api_keys;
      CREATE TRIGGER api_keys_fixed BEFORE UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION check_api_key_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER api_keys_fixed ON api_keys;
      DROP FUNCTION check_api_key_change();
      ALTER TABLE api_keys DROP CONSTRAINT api_keys_time;
      UPDATE api_keys SET expires_at = created_at + interval '400 days' WHERE expires_at > created_at + interval '400 days';
      ALTER TABLE api_keys DROP COLUMN previous_last_used_at, DROP COLUMN previous_expires_at, DROP COLUMN previous_secret_hash,
        DROP COLUMN previous_prefix, DROP COLUMN rotated_at,
        ADD CONSTRAINT api_keys_check CHECK (expires_at > created_at AND expires_at <= created_at + interval '400 days');
      CREATE TRIGGER api_keys_fixed BEFORE UPDATE ON api_keys FOR EACH ROW
        WHEN ((OLD.id, OLD.owner_id, OLD.prefix, OLD.secret_hash, OLD.scopes, OLD.addresses, OLD.requests_per_minute, OLD.expires_at, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.owner_id, NEW.prefix, NEW.secret_hash, NEW.scopes, NEW.addresses, NEW.requests_per_minute, NEW.expires_at, NEW.created_at)
          OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at))
        EXECUTE FUNCTION refuse_change();
    `);
  }
}
