import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What only one process at a time does, such as measuring the database for all of them. A lease ends by itself. */
export class Leases1700000025100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE leases (
        name       text PRIMARY KEY,
        holder     uuid NOT NULL,
        expires_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE leases');
  }
}
