import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gives the numbers back that checkpoints took for formats that were there already: there are 32,767 of them. */
export class NumbersOfFormats1700000048210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$
      DECLARE
        most smallint;
      BEGIN
        -- By itself, since the node that has the table in a Citus cluster has a sequence of its own.
        SELECT max(id) INTO most FROM proof_formats;
        PERFORM setval(pg_get_serial_sequence('proof_formats', 'id'), coalesce(most, 1), most IS NOT NULL);
      END $$`);
  }

  /** What it gives back is not taken again. */
  async down(): Promise<void> {}
}
