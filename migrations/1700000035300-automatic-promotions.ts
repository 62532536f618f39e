import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Promotions without a code, which every order asks for: the index is empty in a shop that has none. */
export class AutomaticPromotions1700000035300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX promotions_automatic ON promotions (id) WHERE code IS NULL AND status = 'active'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX promotions_automatic');
  }
}
