import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The type of columns with secrets that Till must know: `till secrets rotate` finds them by it. */
export class EncryptedSecrets1700000031000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The name of the key, and a nonce of 12 bytes, the ciphertext and a tag of 16 bytes in base64url.
    await runner.query(`
      CREATE DOMAIN encrypted AS text
        CONSTRAINT encrypted_with_a_key CHECK (VALUE ~ '^[a-z0-9-]{1,32}:[A-Za-z0-9_-]{38,}$')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP DOMAIN encrypted');
  }
}
