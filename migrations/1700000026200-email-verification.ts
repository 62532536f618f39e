import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the owner of an account confirmed its e-mail address. Another address is unconfirmed, whoever changes it. */
export class EmailVerification1700000026200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users ADD COLUMN email_verified_at timestamptz;
      CREATE FUNCTION forget_verification() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.email_verified_at := NULL;
        RETURN NEW;
      END $$;
      CREATE TRIGGER forget_verification BEFORE UPDATE ON users FOR EACH ROW
        WHEN (lower(NEW.email) <> lower(OLD.email)) EXECUTE FUNCTION forget_verification();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER forget_verification ON users;
      DROP FUNCTION forget_verification;
      ALTER TABLE users DROP COLUMN email_verified_at;
    `);
  }
}
