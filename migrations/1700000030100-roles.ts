import type { MigrationInterface, QueryRunner } from 'typeorm';

const BUILT_IN = `ARRAY['customer', 'support', 'catalog_manager', 'finance', 'admin']`;

/** Roles made of permissions; an account has only roles that exist, and one active administrator is always left. */
export class Roles1700000030100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE roles (
        name        text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{1,39}$' AND name <> ALL (${BUILT_IN})),
        description text NOT NULL CHECK (length(description) <= 200),
        permissions text[] NOT NULL,
        version     int NOT NULL DEFAULT 1,
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now()
      );

      -- What a foreign key would do, for an array: a role that an account gets can not be deleted meanwhile.
      CREATE FUNCTION assert_roles_exist() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        missing text;
      BEGIN
        PERFORM FROM roles WHERE name = ANY (NEW.roles) ORDER BY name FOR KEY SHARE;
        SELECT r INTO missing FROM unnest(NEW.roles) r
          WHERE r <> ALL (${BUILT_IN}) AND NOT EXISTS (SELECT FROM roles WHERE name = r) LIMIT 1;
        IF missing IS NOT NULL THEN
          RAISE EXCEPTION 'there is no role %', missing USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'users_roles_exist';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER users_roles_exist BEFORE INSERT OR UPDATE OF roles ON users FOR EACH ROW
        WHEN (NOT NEW.roles <@ ${BUILT_IN}) EXECUTE FUNCTION assert_roles_exist();

      CREATE FUNCTION assert_role_unused() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM users WHERE OLD.name = ANY (roles)) THEN
          RAISE EXCEPTION 'the role % is in use', OLD.name
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'roles_unused';
        END IF;
        RETURN OLD;
      END $$;
      CREATE TRIGGER roles_unused BEFORE DELETE ON roles FOR EACH ROW EXECUTE FUNCTION assert_role_unused();

      CREATE FUNCTION keep_an_admin() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- One such change at a time, so that each sees what the one before committed.
        PERFORM pg_advisory_xact_lock(hashtext('till: the last administrator'));
        IF NOT EXISTS (SELECT FROM users WHERE id <> OLD.id AND status = 'active' AND 'admin' = ANY (roles)) THEN
          RAISE EXCEPTION 'account % is the last active administrator', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_last_admin';
        END IF;
        RETURN coalesce(NEW, OLD);
      END $$;
      CREATE TRIGGER users_last_admin BEFORE UPDATE OF roles, status ON users FOR EACH ROW
        WHEN (OLD.status = 'active' AND 'admin' = ANY (OLD.roles)
          AND NOT (NEW.status = 'active' AND 'admin' = ANY (NEW.roles)))
        EXECUTE FUNCTION keep_an_admin();
      CREATE TRIGGER users_last_admin_deleted BEFORE DELETE ON users FOR EACH ROW
        WHEN (OLD.status = 'active' AND 'admin' = ANY (OLD.roles)) EXECUTE FUNCTION keep_an_admin();

      -- Nobody enriches themselves: whoever grants or moves store credit is not the one who gets it.
      CREATE FUNCTION assert_credit_for_another() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM ledger_entries e JOIN store_credit_balances b ON b.account_id = e.account_id
          WHERE e.transaction_id = NEW.id AND e.amount < 0 AND b.user_id = NEW.actor_id
        ) THEN
          RAISE EXCEPTION 'user % gives store credit to themselves', NEW.actor_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'store_credit_for_another';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER store_credit_for_another AFTER INSERT ON ledger_transactions
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.kind IN ('store_credit_grant', 'store_credit_transfer')) EXECUTE FUNCTION assert_credit_for_another();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER store_credit_for_another ON ledger_transactions;
      DROP TRIGGER users_last_admin_deleted ON users;
      DROP TRIGGER users_last_admin ON users;
      DROP TRIGGER users_roles_exist ON users;
      DROP TABLE roles;
      DROP FUNCTION assert_credit_for_another, keep_an_admin, assert_role_unused, assert_roles_exist;
    `);
  }
}
