import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts at OpenID Connect providers with which people sign in, and sign-ins that are under way there. */
export class Identities1700000033300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Issuer and subject name a person for good; an e-mail address may change hands.
      CREATE TABLE identities (
        id           uuid PRIMARY KEY,
        user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        issuer       text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
        subject      text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
        created_at   timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT identities_of_one_account UNIQUE (issuer, subject)
      );
      CREATE INDEX identities_of_user ON identities (user_id);
      -- An identity never moves to another account.
      CREATE TRIGGER identities_stay BEFORE UPDATE ON identities FOR EACH ROW
        WHEN ((OLD.id, OLD.user_id, OLD.issuer, OLD.subject) IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.issuer, NEW.subject))
        EXECUTE FUNCTION refuse_change();

      -- state, nonce and PKCE verifier follow from a secret that only the client has; the row has its hash, and goes when it is used.
      -- user_id: who links an identity while being signed in.
      CREATE TABLE identity_flows (
        flow_hash    bytea PRIMARY KEY CHECK (octet_length(flow_hash) = 32),
        provider     text NOT NULL,
        redirect_uri text NOT NULL,
        user_id      uuid REFERENCES users ON DELETE CASCADE,
        expires_at   timestamptz NOT NULL
      );
      CREATE INDEX identity_flows_by_expiry ON identity_flows (expires_at);
      CREATE INDEX identity_flows_of_user ON identity_flows (user_id) WHERE user_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE identity_flows, identities');
  }
}
