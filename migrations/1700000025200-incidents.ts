import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The state of each part of the service as the status page shows it, and the times when one was not well. */
export class Incidents1700000025200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE component_checks (
        component  text PRIMARY KEY,
        title      text NOT NULL,
        status     text NOT NULL CHECK (status IN ('operational', 'degraded', 'down')),
        checked_at timestamptz NOT NULL
      );
      CREATE TABLE incidents (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        component  text NOT NULL,
        status     text NOT NULL CHECK (status IN ('degraded', 'down')),
        started_at timestamptz NOT NULL,
        ended_at   timestamptz CHECK (ended_at >= started_at)
      );
      -- A component has one state at a time, whichever worker finds it.
      CREATE UNIQUE INDEX incidents_open ON incidents (component) WHERE ended_at IS NULL;
      CREATE INDEX incidents_ended ON incidents (ended_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE incidents; DROP TABLE component_checks');
  }
}
