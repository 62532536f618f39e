import type { Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Pool } from 'pg';
import type { Role } from '../../src/shared/permissions.js';
import { encodeId, newId } from '../../src/shared/ids.js';
import type { SandboxOperation } from '../../src/payments/providers/sandbox/scheduled-webhooks.js';
import type { DisputeCourse } from './commands.js';
import type { Faults } from './faults.js';
import type { Fault } from './flow.js';
import { type Ahead, type Database, databaseOf, ways } from './ground.js';
import type * as parts from './parts.js';
import { reconcile, type StatementRun } from './reconcile.js';
import type { Job } from './rounds.js';
import { forgetInDatabase, passTimeInDatabase } from './waiting.js';
import { watch } from './watched.js';
import { startWorker, type WorkerSide } from './worker-side.js';
import { signedInWith } from '../support/session.js';

type Parts = typeof parts;
export type Till = ReturnType<typeof tillOf>;

const WEBHOOKS_AT_ONCE = 50;
/** Seconds since 1970. Weeks pass in a run, and nobody signs in anew. */
const NEVER_OLD = 4_000_000_000;

export interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly mailDirectory: string;
}

/** Somebody who is signed in; `uuid` is their id in the database. */
export interface Person {
  readonly id: string;
  readonly uuid: string;
  readonly token: string;
}

/** One instance of the api, for one shop. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly faults: Faults;
  readonly url: string;
  /** With which a request is one for this shop. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a run is played on. */
export interface TillParts {
  readonly apis: readonly [Api, Api];
  readonly worker: WorkerSide;
  readonly database: Database;
  readonly time: Ahead;
  readonly tally: Map<string, number>;
  /** A name that no other thing of this shop has. */
  name(): string;
  close(): Promise<void>;
}

/** Two instances of the api and a worker, in this process, on an empty database; the worker moves only when it is told to. */
export async function startTill(given: Parts, { databaseUrl, redisUrl, mailDirectory }: Servers): Promise<Till> {
  const servers = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, MAIL_DIRECTORY: mailDirectory };
  const config = given.loadConfig({ ...ways, ...servers, PUBLIC_URL: 'http://till.test' });
  const pool = new Pool({ connectionString: databaseUrl, max: 3 });
  const database = databaseOf(pool);
  const tally = new Map<string, number>();
  const time = { ahead: 0 };
  const watching = { database, time, note: noteIn(tally) };
  const boot = async (): Promise<Api> => {
    const app = await given.createHttpApp(given.ApiModule, config);
    const faults = watch(given, app, watching);
    await app.listen(0, '127.0.0.1');
    return { app, faults, url: await app.getUrl(), headers: {} };
  };
  const apis = [await boot(), await boot()] as const;
  const workerApp = await given.createHttpApp(given.WorkerModule, config);
  const worker = await startWorker(given, workerApp, watch(given, workerApp, watching), time);
  const close = async () => {
    for (const { app } of apis) await closeAtOnce(app);
    await workerApp.close();
    await pool.end();
  };
  return tillOf(given, { apis, worker, database, time, tally, name: randomUUID, close });
}

/** Ends an application that listens. */
export async function closeAtOnce(app: NestFastifyApplication): Promise<void> {
  // Connections of requests that were given up stay until their keep-alive ends.
  (app.getHttpServer() as Server).closeAllConnections();
  await app.close();
}

/** Counts what happened. */
export const noteIn = (tally: Map<string, number>) => (what: string) =>
  void tally.set(what, (tally.get(what) ?? 0) + 1);

/** What a run does with the api and the worker of one shop. */
export function tillOf(given: Parts, { apis, worker, database, time, tally, name, close }: TillParts) {
  const note = noteIn(tally);
  const { app } = apis[0];
  const now = () => new Date(Date.now() + time.ahead * 1000);
  /** When what came back to was sent again: for orders that had ended by then, nothing is charged. */
  const again = { began: new Date(0) };
  let turn = 0;
  for (const api of apis)
    api.faults.guardEnded(api.app.get(given.SandboxProvider, { strict: false }), () => again.began);

  const sql = async <R = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<R[]> =>
    (await database.query(text, parameters)).rows as R[];
  const person = async (...roles: Role[]): Promise<Person> => {
    const uuid = newId<'usr'>();
    const row = [uuid, `${name()}@till.test`, roles];
    await sql(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', $3)`, row);
    made.users += 1;
    const tokens = app.get(given.AccessTokens, { strict: false });
    const token = await signedInWith(sql, tokens, { userId: uuid, roles, authenticatedAt: NEVER_OLD });
    return { uuid, id: encodeId('usr', uuid), token };
  };
  /** What all runs together have made, by their models. */
  const made = { users: 0, orders: 0, payments: 0 };

  return {
    apis,
    sql,
    person,
    tally,
    note,
    name,
    made,
    /** Tills's time, which runs ahead of the real one. */
    now,
    /** The provider does what it has held back, and handlers that were slow go on; all of it at the `end`. */
    release: async (end = false) => {
      for (const { faults } of apis) await faults.release(end);
      await worker.release(end);
    },
    goOn: () => worker.goOn(),
    /** From now on the provider fails when it is asked about these attempts. */
    breakDown: (attempts: readonly string[]) => worker.breakDown(attempts),
    isBroken: (attempt: string) => worker.isBroken(attempt),
    /** How often its worker was killed. */
    kills: () => worker.kills(),
    /** Whether the provider declined this attempt by a fault. */
    isRefused: (attempt: string) => worker.isRefused(attempt) || apis.some(({ faults }) => faults.refused.has(attempt)),
    /** Lets so many seconds pass: for Till, for the sandbox, and for what waits in the database. */
    passTime: async (seconds: number) => {
      time.ahead += seconds;
      await passTimeInDatabase(sql, seconds);
    },
    /** Does a job of the worker; returns the errors that it would have logged. */
    work: (job: Job, fault?: Fault, handler?: Fault) => worker.work(job, fault, handler),
    /** Compares a day of a statement with the ledger, by either api in turn. Returns what it failed with, if not on purpose. */
    reconcile: (run: StatementRun, fault?: Fault) => reconcile(given, apis[(turn += 1) % 2]!, run, fault),
    /** Runs `work`, in which an api must not charge for orders that have ended by now. */
    afterNow: async <T>(work: () => Promise<T>): Promise<T> => {
      again.began = now();
      return work().finally(() => {
        again.began = new Date(0);
      });
    },
    violations: () => [...apis.flatMap(({ faults }) => faults.violations), ...worker.violations()],
    /** The bank of a customer takes up a dispute of all that was captured of this payment first, and decides it. */
    dispute: async (payment: string, ends: DisputeCourse) => {
      const [operation] = await sql<SandboxOperation>(CAPTURED, [payment]);
      if (!operation) return;
      const method = ends === 'lost' ? 'pm_dispute' : `pm_dispute_${ends}`;
      const queue = app.get(given.SandboxWebhookQueue, { strict: false });
      const tell = async () => queue.tell({ ...operation, paymentMethod: method }, now());
      await app.get(given.Transaction, { strict: false }).run(tell);
    },
    /** The webhooks that the sandbox sends now, signed. */
    webhooks: async () => {
      const due = await app.get(given.SandboxWebhookQueue, { strict: false }).claim(WEBHOOKS_AT_ONCE);
      const codec = app.get(given.SandboxWebhookCodec, { strict: false });
      const sign = (raw: Buffer) => codec.sign(raw, now())!;
      return due.map(({ id, body, copies }) => ({ id, body, copies, headers: () => sign(Buffer.from(body)) }));
    },
    /** Leaves whatever is under way as it is, for good: a run that failed must not disturb the next. */
    forget: async () => {
      await worker.forget();
      for (const { faults } of apis) {
        await faults.release(true);
        faults.violations.length = 0;
      }
      await forgetInDatabase(sql);
    },
    arrived: (id: string) => app.get(given.SandboxWebhookQueue, { strict: false }).arrived(id),
    close,
  };
}

/** The first capture of a payment that is not in dispute yet. */
const CAPTURED = `
  SELECT attempt_id AS id, payment_id AS "paymentId", kind, amount, currency, payment_method AS "paymentMethod", outcome
  FROM sandbox.operations o
  WHERE payment_id = $1 AND kind IN ('charge', 'capture') AND outcome = 'succeeded' AND NOT EXISTS (
    SELECT FROM sandbox.webhooks w WHERE w.payment_id = o.payment_id AND w.movement = 'dispute')
  ORDER BY created_at LIMIT 1`;
