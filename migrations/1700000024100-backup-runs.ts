import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Backups that were taken and restore drills that succeeded, for alerts on their age. */
export class BackupRuns1700000024100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE backup_runs (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind        text NOT NULL CHECK (kind IN ('backup', 'drill')),
        backup      text NOT NULL,
        bytes       bigint NOT NULL CHECK (bytes > 0),
        seconds     double precision NOT NULL CHECK (seconds >= 0),
        finished_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX backup_runs_newest ON backup_runs (kind, finished_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE backup_runs');
  }
}
