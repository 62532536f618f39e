import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Personal data can be erased: accounts lose their names for good, events and approvals their free texts, and the audit log its network
 * addresses, of which it keeps salted digests under the proof.
 */
export class Erasure1700000033100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users ADD erased_at timestamptz, ADD erasure_finished_at timestamptz,
        ADD CONSTRAINT users_erased CHECK (erased_at IS NULL OR (status = 'disabled' AND password_hash IS NULL
          AND email_verified_at IS NULL AND name = 'Erased' AND email = 'erased+' || id || '@erased.invalid')) NOT VALID,
        ADD CONSTRAINT users_erasure_finished CHECK (erasure_finished_at IS NULL OR erased_at IS NOT NULL) NOT VALID;
      ALTER TABLE users VALIDATE CONSTRAINT users_erased, VALIDATE CONSTRAINT users_erasure_finished;
      -- An erased account stays as it is. What may still change is when the worker finished the erasure.
      CREATE TRIGGER users_stay_erased BEFORE UPDATE ON users FOR EACH ROW
        WHEN (OLD.erased_at IS NOT NULL AND (OLD.erasure_finished_at IS NOT NULL
          OR to_jsonb(NEW) - 'erasure_finished_at' IS DISTINCT FROM to_jsonb(OLD) - 'erasure_finished_at'))
        EXECUTE FUNCTION refuse_change();

      -- An event may lose the text that people wrote, and is deleted after 30 days at the earliest: by these functions, since the role of
      -- the processes may neither change nor delete events.
      DROP TRIGGER events_append_only ON events;
      CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW
        WHEN (current_setting('till.erasing', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER events_unchanged BEFORE UPDATE ON events FOR EACH ROW
        WHEN (to_jsonb(NEW) - 'data' IS DISTINCT FROM to_jsonb(OLD) - 'data' OR NEW.data IS DISTINCT FROM OLD.data - 'reason')
        EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER events_kept BEFORE DELETE ON events FOR EACH ROW
        WHEN (OLD.created_at > now() - interval '30 days') EXECUTE FUNCTION refuse_change();

      CREATE FUNCTION erase_texts_of_events(orders text[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM set_config('till.erasing', 'on', true);
        UPDATE events SET data = data - 'reason' WHERE order_id = ANY (orders) AND data ? 'reason';
        PERFORM set_config('till.erasing', '', true);
      END $$;
      -- Deletes events that are older than this id, and that nobody waits for. Returns how many.
      CREATE FUNCTION delete_old_events(before uuid, at_most int) RETURNS int
      LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      DECLARE
        deleted int;
      BEGIN
        PERFORM set_config('till.erasing', 'on', true);
        DELETE FROM events WHERE id IN (
          SELECT e.id FROM events e WHERE e.id < before AND NOT EXISTS (SELECT FROM event_deliveries d WHERE d.event_id = e.id)
            AND NOT EXISTS (SELECT FROM outbox o WHERE o.event_id = e.id) ORDER BY e.id LIMIT at_most);
        GET DIAGNOSTICS deleted = ROW_COUNT;
        PERFORM set_config('till.erasing', '', true);
        RETURN deleted;
      END $$;

      -- A request and its decision stay as they are, and may lose the texts that people wrote.
      DROP TRIGGER approvals_decided_once ON approvals;
      CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON approvals FOR EACH ROW
        WHEN ((OLD.id, OLD.payment_id, OLD.order_id, OLD.lines, OLD.amount, OLD.requested_by, OLD.created_at)
            IS DISTINCT FROM (NEW.id, NEW.payment_id, NEW.order_id, NEW.lines, NEW.amount, NEW.requested_by, NEW.created_at)
          OR NEW.reason <> coalesce(OLD.reason, '')
          OR (OLD.status <> 'pending' AND (to_jsonb(NEW) - 'reason' - 'note' IS DISTINCT FROM to_jsonb(OLD) - 'reason' - 'note'
            OR NEW.note <> coalesce(OLD.note, ''))))
        EXECUTE FUNCTION refuse_change();

      -- The network address of an entry, apart from the entry, so that it can be erased.
      CREATE TABLE audit_addresses (
        entry_id uuid PRIMARY KEY REFERENCES audit_log,
        address  text NOT NULL CHECK (length(address) <= 100),
        salt     bytea NOT NULL CHECK (octet_length(salt) = 16)
      );
      CREATE TRIGGER audit_addresses_unchanged BEFORE UPDATE ON audit_addresses
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_addresses;
      DROP TRIGGER approvals_decided_once ON approvals;
      CREATE TRIGGER approvals_decided_once BEFORE UPDATE ON approvals FOR EACH ROW
        WHEN (OLD.status <> 'pending'
          OR (OLD.id, OLD.payment_id, OLD.order_id, OLD.lines, OLD.amount, OLD.reason, OLD.requested_by, OLD.created_at)
            IS DISTINCT FROM
            (NEW.id, NEW.payment_id, NEW.order_id, NEW.lines, NEW.amount, NEW.reason, NEW.requested_by, NEW.created_at))
        EXECUTE FUNCTION refuse_change();
      DROP FUNCTION delete_old_events, erase_texts_of_events;
      DROP TRIGGER events_unchanged ON events;
      DROP TRIGGER events_kept ON events;
      DROP TRIGGER events_append_only ON events;
      CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
      DROP TRIGGER users_stay_erased ON users;
      ALTER TABLE users DROP CONSTRAINT users_erasure_finished, DROP CONSTRAINT users_erased,
        DROP erasure_finished_at, DROP erased_at;
    `);
  }
}
