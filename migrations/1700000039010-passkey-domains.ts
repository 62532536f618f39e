import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For which domain a passkey was made (WebAuthn's RP ID): it works for no other. Null until one of an earlier release is used. */
export class PasskeyDomains1700000039010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE passkeys ADD rp_id text CHECK (length(rp_id) BETWEEN 1 AND 253)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE passkeys DROP COLUMN rp_id');
  }
}
