import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Till disables an endpoint also when its owner may read events no longer. */
export class EndpointOwners1700000039400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(reasons(`'by_hand', 'gone', 'failing', 'not_permitted'`));
  }

  /** An endpoint that was disabled so stays disabled. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE webhook_endpoints SET disabled_reason = 'by_hand' WHERE disabled_reason = 'not_permitted';
      ${reasons(`'by_hand', 'gone', 'failing'`)}
    `);
  }
}

const reasons = (allowed: string) => `
  ALTER TABLE webhook_endpoints DROP CONSTRAINT webhook_endpoints_disabled_reason_check,
    ADD CONSTRAINT webhook_endpoints_disabled_reason_check CHECK (disabled_reason IN (${allowed}));`;
