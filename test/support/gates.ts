import { Client } from 'pg';
import { expect } from 'vitest';

/** What an operation commits, one after the other: Till's attempt, the provider's effect, what Till records of it. */
export const points = ['attempt', 'effect', 'record'] as const;
export type Point = (typeof points)[number];

/** What became of a commit whose process died over it: PostgreSQL never did it, or did it and told nobody. */
export const fates = ['lost', 'done'] as const;
export type Fate = (typeof fates)[number];

/** A commit that is held up in the database. */
export interface Gate {
  /** Resolves once somebody stands at it: all statements are done, and COMMIT has begun. */
  reached(): Promise<void>;
  /** Lets whoever stands at it meet their fate, and waits until their session, whose process is dead, has ended. */
  open(fate: Fate): Promise<void>;
}

export type Gates = Awaited<ReturnType<typeof gatesIn>>;

/** Deferred constraint triggers run when a transaction commits; these wait there for whoever holds the gate's lock. */
const INSTALL = `
  CREATE SCHEMA gates;
  CREATE TABLE gates.closed (key int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, whose uuid NOT NULL, point text NOT NULL);
  -- However long the gate is closed: the lock's time limit is not what is tested here.
  CREATE FUNCTION gates.pass() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$
  DECLARE
    written jsonb := to_jsonb(NEW);
    payment uuid := coalesce((written->>'payment_id')::uuid,
      (SELECT payment_id FROM public.payment_attempts WHERE id = (written->>'attempt_id')::uuid));
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(g.key) FROM gates.closed g JOIN public.payments p ON g.whose IN (p.order_id, p.customer_id)
    WHERE p.id = payment AND g.point = TG_ARGV[0];
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON payment_attempts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gates.pass('attempt');
  CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON sandbox.operations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gates.pass('effect');
  CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON provider_events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gates.pass('record')`;
const WAITING = `
  SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
  WHERE l.locktype = 'advisory' AND NOT l.granted AND l.objid = $1`;
const SOON = { timeout: 15_000, interval: 10 };

/** Builds gates into a database, for tests that end processes at a commit of their choice. */
export async function gatesIn(databaseUrl: string) {
  const guard = new Client({ connectionString: databaseUrl });
  await guard.connect();
  await guard.query(INSTALL);
  const pidsAt = async (key: number) => (await guard.query<{ pid: number }>(WAITING, [key])).rows.map(({ pid }) => pid);
  const living = async (pids: readonly number[]) =>
    (await guard.query('SELECT FROM pg_stat_activity WHERE pid = ANY($1)', [pids])).rowCount;

  const gate = (key: number): Gate => ({
    reached: () => expect.poll(async () => (await pidsAt(key)).length, SOON).toBeGreaterThan(0),
    open: async (fate) => {
      const pids = await pidsAt(key);
      if (fate === 'lost') await guard.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [pids]);
      if (fate === 'lost') await expect.poll(() => living(pids), SOON).toBe(0);
      await guard.query('DELETE FROM gates.closed WHERE key = $1', [key]);
      await guard.query('SELECT pg_advisory_unlock($1)', [key]);
      await expect.poll(() => living(pids), SOON).toBe(0);
    },
  });

  /** Holds up this commit of whatever is done next to the payments of an order, or of a customer. */
  const close = async (whose: string, point: Point): Promise<Gate> => {
    const insert = 'INSERT INTO gates.closed (whose, point) VALUES ($1, $2) RETURNING key';
    await guard.query('BEGIN');
    const { rows } = await guard.query<{ key: number }>(insert, [whose, point]);
    const key = rows[0]!.key;
    await guard.query('SELECT pg_advisory_lock($1)', [key]);
    await guard.query('COMMIT');
    return gate(key);
  };
  return { close, leave: () => guard.end() };
}
