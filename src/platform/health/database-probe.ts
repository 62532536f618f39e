import type { Socket } from 'node:net';
import { Client } from 'pg';
import { schemaIn } from '../config/index.js';
import { assertSchema } from './schema-state.js';
import { clientOf, isConnectionUseless } from '../database/index.js';
import { gauge, type Measure } from '../metrics/index.js';
import { NO_ANSWER, NO_SCHEMA, NotReady, notReady, SUSPENDED, WRONG_SCHEMA } from './not-ready.js';

/** How long the database may take to respond, in milliseconds. */
const TIMEOUT_MS = 750;

type ProbeClient = Client & { readonly connected: Promise<unknown> };

/** Asks once whether a process can serve on the database at `url`. @throws NotReady with the reason */
export async function assertReady(url: string): Promise<void> {
  const probe = new DatabaseProbe(url);
  try {
    await probe.ask();
  } finally {
    probe.close();
  }
}

/** In one round trip: whether there is a schema. Asked first, since a statement on a missing table would only fail. */
const HAS_SCHEMA = `SELECT to_regclass('migrations') IS NOT NULL AS has_schema, current_schema() AS schema`;
/** Of a further shop. */
const STATUS = 'SELECT status FROM till_shops.shops WHERE schema = current_schema()';
/** Throws the database's own error when the process could not write there. The database must have a schema. */
export async function tryToWrite(client: Client): Promise<void> {
  await client.query(WRITES);
}

/**
 * Whether the process could write: with its rights, on a server that takes writes (an INSERT of nothing), with room on the disk (a
 * result that does not fit in memory goes to a temporary file, some 1 MB), and with a log that takes a commit. It changes nothing.
 */
const WRITES = `
  BEGIN;
  SET LOCAL statement_timeout = ${TIMEOUT_MS};
  SET LOCAL work_mem = '64kB';
  INSERT INTO events SELECT * FROM events WHERE false;
  SELECT count(*) FROM generate_series(1, 40000);
  SELECT pg_logical_emit_message(true, 'till', 'probe');
  COMMIT`;

/**
 * Checks the database on a separate connection, because a busy pool says nothing about the database. After a failure, the next check
 * opens a new connection.
 */
export class DatabaseProbe {
  private readonly Client: typeof Client;
  private client: ProbeClient | undefined;

  private readonly shopSchema: string | undefined;
  /** Migrations at the last comparison; unknown until the first. */
  private pending: number | undefined;

  constructor(private readonly url: string) {
    this.shopSchema = schemaIn(url);
    this.Client = clientOf(url);
    const help =
      'Migrations of this build that the database does not have; of several shops, of the one that lacks most.';
    const measure: Measure = (set) => {
      if (this.pending !== undefined) set({}, this.pending);
    };
    gauge('till_migrations_pending', help, [], measure, 'max');
  }

  /**
   * If the connection was lost since the last check, for example by a restart of the database, checks again on a new one.
   * @throws NotReady with the reason
   */
  async ask(): Promise<void> {
    const isKept = this.client !== undefined;
    try {
      await this.askOnce().catch((error: unknown) => {
        if (isKept && isLost(error)) return this.askOnce();
        throw error;
      });
    } catch (error) {
      throw notReady(error);
    }
  }

  private async askOnce(): Promise<void> {
    const client = (this.client ??= this.open());
    let tookTooLong = false;
    const timer = setTimeout(() => {
      tookTooLong = true;
      this.close();
    }, TIMEOUT_MS);
    try {
      await client.connected;
      const { rows } = await client.query<{ has_schema: boolean; schema: string | null }>(HAS_SCHEMA);
      if (this.shopSchema !== undefined) await assertServed(client, this.shopSchema, rows[0]!.schema);
      if (!rows[0]?.has_schema) throw new NotReady(NO_SCHEMA);
      await assertSchema(client, (pending) => (this.pending = pending));
      await tryToWrite(client);
    } catch (error) {
      this.close();
      throw tookTooLong ? new NotReady(NO_ANSWER) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The socket of the present connection. */
  get stream(): Socket | undefined {
    return (this.client as unknown as { connection?: { stream: Socket } } | undefined)?.connection?.stream;
  }

  close(): void {
    const { stream } = this;
    this.client = undefined;
    // Not by end(), which would wait for a server that is silent.
    stream?.destroy();
  }

  private open(): ProbeClient {
    const client = new this.Client({ connectionString: this.url, application_name: 'till health', keepAlive: true });
    client.on('error', () => undefined); // the next check reports it
    const connected = client.connect();
    connected.catch(() => undefined);
    return Object.assign(client, { connected });
  }
}

/** @throws NotReady where the schema is not that of the shop, or people suspended it */
async function assertServed(client: Client, wanted: string, schema: string | null): Promise<void> {
  if (schema !== wanted) throw new NotReady(WRONG_SCHEMA);
  const { rows } = await client.query<{ status: string }>(STATUS);
  if (rows[0]?.status === 'suspended') throw new NotReady(SUSPENDED);
}

/** Whether the connection failed, as opposed to a refusal by the database. */
function isLost(error: unknown): boolean {
  return !(error instanceof NotReady) && isConnectionUseless(error);
}
