import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Checks what is there in a migration of its own, since it would hold the lock of the one before while it reads the table. */
export class ValidatedLanguages1700000039430 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users VALIDATE CONSTRAINT users_language');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users DROP CONSTRAINT users_language,
        ADD CONSTRAINT users_language CHECK (language IN ('en', 'de')) NOT VALID`);
  }
}
