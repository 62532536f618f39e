import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outbound webhooks: endpoints with their secrets, what is to be delivered to each, and every attempt. */
export class WebhookEndpoints1700000037200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoints (
        id              uuid PRIMARY KEY,
        owner_id        uuid NOT NULL REFERENCES users,
        url             text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
        description     text NOT NULL CHECK (length(description) <= 300),
        types           text[] NOT NULL CHECK (cardinality(types) BETWEEN 1 AND 100),
        status          text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
        disabled_reason text CHECK (disabled_reason IN ('by_hand', 'gone', 'failing')),
        failures        int NOT NULL DEFAULT 0 CHECK (failures >= 0),
        failing_since   timestamptz,
        paused_until    timestamptz,
        -- The worker that sends to it, and until when no other may.
        lease           uuid,
        leased_until    timestamptz,
        version         int NOT NULL DEFAULT 1,
        created_at      timestamptz NOT NULL DEFAULT now(),
        updated_at      timestamptz NOT NULL DEFAULT now(),
        deleted_at      timestamptz,
        CONSTRAINT webhook_endpoints_disabled CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
        CONSTRAINT webhook_endpoints_failing CHECK ((failures = 0) = (failing_since IS NULL)),
        CONSTRAINT webhook_endpoints_deleted CHECK (deleted_at IS NULL OR status = 'disabled')
      ) WITH (fillfactor = 50);

      CREATE TABLE webhook_secrets (
        id          uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL REFERENCES webhook_endpoints,
        secret      encrypted NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        -- Null for the newest one.
        expires_at  timestamptz
      );
      CREATE UNIQUE INDEX webhook_secrets_newest ON webhook_secrets (endpoint_id) WHERE expires_at IS NULL;
      CREATE INDEX webhook_secrets_endpoint ON webhook_secrets (endpoint_id);

      CREATE TABLE webhook_deliveries (
        id              uuid PRIMARY KEY,
        endpoint_id     uuid NOT NULL REFERENCES webhook_endpoints,
        kind            text NOT NULL CHECK (kind IN ('event', 'redelivery', 'ping')),
        event_id        uuid,
        -- The event's place in the log, and what changed.
        position        bigint,
        aggregate_id    text NOT NULL,
        status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed')),
        attempts        int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        created_at      timestamptz NOT NULL DEFAULT now(),
        finished_at     timestamptz,
        CONSTRAINT webhook_deliveries_event CHECK ((kind = 'ping') = (event_id IS NULL) AND (event_id IS NULL) = (position IS NULL)),
        CONSTRAINT webhook_deliveries_finished CHECK ((status = 'pending') = (finished_at IS NULL))
      ) WITH (fillfactor = 70);
      -- Each event once for each endpoint; people may repeat it.
      CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (endpoint_id, event_id) WHERE kind = 'event';
      CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE status = 'pending';
      CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, id);
      CREATE INDEX webhook_deliveries_of_event ON webhook_deliveries (event_id);

      CREATE TABLE webhook_attempts (
        delivery_id   uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
        number        int NOT NULL CHECK (number > 0),
        url           text NOT NULL,
        headers       jsonb NOT NULL,
        started_at    timestamptz NOT NULL,
        duration_ms   int NOT NULL,
        status        int,
        response_body text CHECK (length(response_body) <= 2000),
        error         text CHECK (length(error) <= 500),
        PRIMARY KEY (delivery_id, number),
        CONSTRAINT webhook_attempts_result CHECK (status IS NOT NULL OR error IS NOT NULL)
      );

      -- Up to which place in the log events have become deliveries. One row.
      CREATE TABLE webhook_cursor (
        id       int PRIMARY KEY DEFAULT 1 CHECK (id = 1),
        position bigint NOT NULL
      ) WITH (fillfactor = 50);
      CREATE TRIGGER webhook_cursor_kept BEFORE DELETE ON webhook_cursor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER webhook_cursor_grows BEFORE UPDATE ON webhook_cursor FOR EACH ROW
        WHEN (NEW.position < OLD.position) EXECUTE FUNCTION refuse_change();
      INSERT INTO webhook_cursor (position) SELECT last FROM event_sequence;

      -- As before, and events stay while deliveries of them do.
      ${deleteOldEvents(`
            AND NOT EXISTS (SELECT FROM webhook_deliveries w WHERE w.event_id = e.id)`)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${deleteOldEvents('')}
      DROP TABLE webhook_cursor, webhook_attempts, webhook_deliveries, webhook_secrets, webhook_endpoints;
    `);
  }
}

const deleteOldEvents = (more: string) => `
      CREATE OR REPLACE FUNCTION delete_old_events(before uuid, at_most int) RETURNS int
      LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      DECLARE
        deleted int;
      BEGIN
        PERFORM set_config('till.erasing', 'on', true);
        DELETE FROM events WHERE id IN (
          SELECT e.id FROM events e WHERE e.id < before AND NOT EXISTS (SELECT FROM event_deliveries d WHERE d.event_id = e.id)
            AND NOT EXISTS (SELECT FROM outbox o WHERE o.event_id = e.id)${more} ORDER BY e.id LIMIT at_most);
        GET DIAGNOSTICS deleted = ROW_COUNT;
        PERFORM set_config('till.erasing', '', true);
        RETURN deleted;
      END $$;`;
