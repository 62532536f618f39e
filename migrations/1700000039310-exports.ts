import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that people ask for, in pieces. A file is ready only when all its pieces are there, and never changes after that. */
export class Exports1700000039310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE exports (
        id          uuid PRIMARY KEY,
        owner_id    uuid NOT NULL REFERENCES users,
        api_key_id  uuid REFERENCES api_keys ON DELETE SET NULL,
        by_key      boolean NOT NULL,
        kind        text NOT NULL CHECK (kind IN ('orders', 'payments', 'refunds', 'ledger_entries', 'sales')),
        format      text NOT NULL CHECK (format IN ('csv', 'ndjson')),
        parameters  jsonb NOT NULL,
        status      text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'ready', 'failed')),
        place       uuid,
        row_count   bigint NOT NULL DEFAULT 0 CHECK (row_count >= 0),
        byte_count  bigint NOT NULL DEFAULT 0 CHECK (byte_count >= 0),
        chunk_count int NOT NULL DEFAULT 0 CHECK (chunk_count >= 0),
        reason      text,
        link_secret bytea NOT NULL CHECK (length(link_secret) = 32),
        created_at  timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT exports_finished CHECK ((status IN ('ready', 'failed')) = (finished_at IS NOT NULL)),
        CONSTRAINT exports_reason CHECK ((status = 'failed') = (reason IS NOT NULL)),
        CONSTRAINT exports_key CHECK (by_key OR api_key_id IS NULL)
      );
      CREATE INDEX exports_owner ON exports (owner_id, id);
      CREATE INDEX exports_key ON exports (api_key_id) WHERE api_key_id IS NOT NULL;

      CREATE TABLE export_chunks (
        export_id uuid NOT NULL REFERENCES exports ON DELETE CASCADE,
        position  int NOT NULL CHECK (position > 0),
        data      bytea NOT NULL,
        PRIMARY KEY (export_id, position)
      );

      CREATE FUNCTION assert_whole_export() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT (count(*), coalesce(sum(length(data)), 0), coalesce(max(position), 0)) FROM export_chunks WHERE export_id = NEW.id)
            IS DISTINCT FROM (NEW.chunk_count::bigint, NEW.byte_count::bigint, NEW.chunk_count) THEN
          RAISE EXCEPTION 'export % has not all of its pieces', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exports_are_whole';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER exports_are_whole AFTER UPDATE ON exports FOR EACH ROW WHEN (NEW.status = 'ready')
        EXECUTE FUNCTION assert_whole_export();
      CREATE TRIGGER exports_stay BEFORE UPDATE OF status, row_count, byte_count, chunk_count ON exports FOR EACH ROW
        WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

      CREATE FUNCTION assert_unfinished_export() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT finished_at IS NOT NULL FROM exports WHERE id = NEW.export_id FOR SHARE) THEN
          RAISE EXCEPTION 'export % is finished', NEW.export_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'export_chunks_stay';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER export_chunks_stay BEFORE INSERT OR UPDATE ON export_chunks FOR EACH ROW EXECUTE FUNCTION assert_unfinished_export();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE export_chunks, exports;
      DROP FUNCTION assert_whole_export, assert_unfinished_export;
    `);
  }
}
