import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a statement ends a transaction that relies on what is no longer so; Till runs it again. */
export class Optimistic1700000009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION refuse_stale(is_stale boolean) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF is_stale THEN
          RAISE EXCEPTION 'what was read before has changed' USING ERRCODE = 'TL001';
        END IF;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION refuse_stale');
  }
}
