import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the constraint, since validating reads the table: this lock lets everybody read and write. */
export class ValidatedRests1700000043510 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders VALIDATE CONSTRAINT order_reserved_while_it_lives');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        DROP CONSTRAINT order_reserved_while_it_lives,
        ADD CONSTRAINT order_reserved_while_it_lives CHECK (reserved_until IS NULL OR status = 'pending'
          OR (status = 'confirmed' AND fulfillment_status <> 'fulfilled')) NOT VALID;
    `);
  }
}
