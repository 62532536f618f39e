import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys with which machines call the API. Of the secret there is only a hash. */
export class ApiKeys1700000030200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_keys (
        id                  uuid PRIMARY KEY,
        owner_id            uuid NOT NULL REFERENCES users,
        name                text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        prefix              text NOT NULL UNIQUE CHECK (prefix ~ '^[0-9a-f]{12}$'),
        secret_hash         bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
        scopes              text[] NOT NULL CHECK (cardinality(scopes) > 0 AND NOT scopes && ARRAY['api_keys:write']),
        addresses           text[] NOT NULL CHECK (cardinality(addresses) <= 50),
        requests_per_minute int CHECK (requests_per_minute BETWEEN 1 AND 1000000),
        expires_at          timestamptz NOT NULL,
        revoked_at          timestamptz,
        last_used_at        timestamptz,
        created_at          timestamptz NOT NULL DEFAULT now(),
        CHECK (expires_at > created_at AND expires_at <= created_at + interval '400 days')
      );
      CREATE INDEX api_keys_owner ON api_keys (owner_id);

      -- A key gets no more rights than it was made with, and a revoked one stays revoked.
      CREATE TRIGGER api_keys_fixed BEFORE UPDATE ON api_keys FOR EACH ROW
        WHEN ((OLD.id, OLD.owner_id, OLD.prefix, OLD.secret_hash, OLD.scopes, OLD.addresses, OLD.requests_per_minute, OLD.expires_at, OLD.created_at)
          IS DISTINCT FROM (NEW.id, NEW.owner_id, NEW.prefix, NEW.secret_hash, NEW.scopes, NEW.addresses, NEW.requests_per_minute, NEW.expires_at, NEW.created_at)
          OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at))
        EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_keys');
  }
}
