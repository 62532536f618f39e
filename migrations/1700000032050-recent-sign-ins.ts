import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the owner of a session last showed who they are. Of older sessions nobody knows: they show it again before sensitive changes. */
export class RecentSignIns1700000032050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD authenticated_at timestamptz NOT NULL DEFAULT 'epoch';
      ALTER TABLE sessions ALTER authenticated_at SET DEFAULT now();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN authenticated_at');
  }
}
