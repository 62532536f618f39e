import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts can be disabled, and whatever changes what an account may do ends the access tokens issued before. */
export class AccountAccess1700000015100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users
        ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        ADD COLUMN access_version int NOT NULL DEFAULT 1;
      CREATE FUNCTION count_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.access_version := OLD.access_version + 1;
        RETURN NEW;
      END $$;
      CREATE TRIGGER count_access_change BEFORE UPDATE ON users FOR EACH ROW
        WHEN ((OLD.roles, OLD.status, OLD.password_hash) IS DISTINCT FROM (NEW.roles, NEW.status, NEW.password_hash))
        EXECUTE FUNCTION count_access_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER count_access_change ON users;
      DROP FUNCTION count_access_change;
      ALTER TABLE users DROP COLUMN access_version, DROP COLUMN status;
    `);
  }
}
