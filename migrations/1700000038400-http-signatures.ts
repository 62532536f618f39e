import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints may ask for HTTP message signatures (RFC 9421) beside those of Standard Webhooks. */
export class HttpSignatures1700000038400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook_endpoints ADD COLUMN http_signatures boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE webhook_endpoints DROP COLUMN http_signatures');
  }
}
