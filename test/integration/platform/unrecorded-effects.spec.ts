import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { startWorker, type Worker } from '../../support/delivery.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

const soon = { timeout: 20_000, interval: 20 };

let database: TestDatabase;
let redis: OwnServer;
let worker: Worker;
let sql: Client;
beforeAll(async () => {
  [database, redis] = await Promise.all([createDatabase(), ownRedis()]);
  worker = await startWorker(database.url, redis.url);
  sql = new Client({ connectionString: database.url });
  await sql.connect();
});
afterAll(async () => {
  await Promise.all([worker?.close(), sql?.end()]);
  await Promise.all([database?.drop(), redis?.remove()]);
});

/** A disk that is full for what says that an effect has happened, and counts how often that was tried. */
const REFUSE = `
  CREATE SEQUENCE refusals;
  CREATE TABLE refusing ();
  INSERT INTO refusing DEFAULT VALUES;
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM refusing) THEN
      PERFORM nextval('refusals');
      RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER refuse BEFORE UPDATE ON event_deliveries FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION refuse()`;

const refused = async () => Number((await sql.query<{ n: string }>('SELECT last_value AS n FROM refusals')).rows[0]?.n);
const delivery = async () => (await sql.query<object>('SELECT status FROM event_deliveries')).rows[0];

it('An effect happens once although the disk is full for what says that it has', async () => {
  await sql.query(REFUSE);
  await worker.record(['thing']);
  await vi.waitFor(async () => expect(await refused()).toBeGreaterThan(1), soon);
  await sql.query('DELETE FROM refusing');
  await vi.waitFor(async () => expect(await delivery()).toEqual({ status: 'done' }), soon);
  expect(worker.listener.heard).toEqual(['thing']);
});
