import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From where a person has signed in: there, guesses from elsewhere do not keep them out. Addresses are hashed. */
export class KnownSignIns1700000013100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE known_sign_ins (
        user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        address_hash bytea NOT NULL,
        seen_at      timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, address_hash)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_sign_ins');
  }
}
