import type { Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { Role } from '../../src/shared/permissions.js';
import { encodeId, newId } from '../../src/shared/ids.js';
import type { SandboxOperation } from '../../src/payments/providers/sandbox/scheduled-webhooks.js';
import type { DisputeCourse } from './commands.js';
import { Faults } from './faults.js';
import type { Fault } from './flow.js';
import type * as parts from './parts.js';
import { type Job, Rounds, stopClockwork } from './rounds.js';
import { forgetInDatabase, passTimeInDatabase } from './waiting.js';
import { signedInWith } from '../support/session.js';

type Parts = typeof parts;
export type Till = Awaited<ReturnType<typeof startTill>>;

/** How long the sandbox may take to answer, in milliseconds: enough on a busy machine, little enough to wait for often. */
const PROVIDER_TIMEOUT_MS = 200;
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

/** Two instances of the api and a worker, in this process, on an empty database; the worker moves only when it is told to. */
export async function startTill(given: Parts, { databaseUrl, redisUrl, mailDirectory }: Servers) {
  const ways = {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env['TORTURE_LOG'] ?? 'silent',
    RATE_LIMIT_SCALE: '100000',
    DATABASE_GROUP_COMMIT: process.env['DATABASE_GROUP_COMMIT'] ?? 'on',
    // One client plays many customers.
    QUOTA_UNPAID_ORDERS: '1000000',
    QUOTA_UNPAID_PIECES: '1000000',
    QUOTA_DECLINES_PER_ORDER: '1000000',
    QUOTA_DECLINES_PER_HOUR: '1000000',
    PUBLIC_URL: 'http://till.test',
    TAX_HOME_COUNTRY: 'GB',
  };
  const servers = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, MAIL_DIRECTORY: mailDirectory };
  const config = given.loadConfig({ ...ways, ...servers, ACCESS_TOKEN_TTL_SECONDS: '3600' });
  const pool = new Pool({ connectionString: databaseUrl, max: 3 });
  const tally = new Map<string, number>();
  const note = (what: string) => void tally.set(what, (tally.get(what) ?? 0) + 1);
  const time = { ahead: 0 };

  const boot = async (module: Parts['ApiModule'] | Parts['WorkerModule']) => {
    const app = await given.createHttpApp(module, config);
    const faults = new Faults(given, pool, note);
    app.get(given.Clock, { strict: false }).now = () => new Date(Date.now() + time.ahead * 1000);
    faults.watchTransactions(app.get(given.Transaction, { strict: false }));
    const provider = app.get(given.SandboxProvider, { strict: false });
    Object.assign(provider, { timeoutMs: PROVIDER_TIMEOUT_MS });
    faults.watchProvider(provider);
    await app.listen(0, '127.0.0.1');
    return { app, faults, url: await app.getUrl() };
  };
  const apis = [await boot(given.ApiModule), await boot(given.ApiModule)] as const;
  const worker = await boot(given.WorkerModule);
  worker.faults.watchDeliveries(worker.app.get(given.Deliveries, { strict: false }));
  const round = { began: new Date(0) };
  const rounds = new Rounds(given, worker.app, worker.faults);
  worker.faults.guardEnded(worker.app.get(given.SandboxProvider, { strict: false }), () => round.began);
  await stopClockwork(given, worker.app);

  /** When what came back to was sent again: for orders that had ended by then, nothing is charged. */
  const again = { began: new Date(0) };
  for (const { app, faults } of apis)
    faults.guardEnded(app.get(given.SandboxProvider, { strict: false }), () => again.began);

  const sql = async <R = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<R[]> =>
    (await pool.query(text, parameters)).rows as R[];
  const person = async (...roles: Role[]): Promise<Person> => {
    const uuid = newId<'usr'>();
    const row = [uuid, `${randomUUID()}@till.test`, roles];
    await sql(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', $3)`, row);
    const tokens = apis[0].app.get(given.AccessTokens);
    return {
      uuid,
      id: encodeId('usr', uuid),
      token: await signedInWith(sql, tokens, { userId: uuid, roles, authenticatedAt: NEVER_OLD }),
    };
  };

  return {
    apis,
    sql,
    person,
    tally,
    note,
    /** Tills's time, which runs ahead of the real one. */
    now: () => new Date(Date.now() + time.ahead * 1000),
    /** The provider does what it has held back, and handlers that were slow go on; all of it at the `end`. */
    release: async (end = false) => {
      for (const { faults } of [...apis, worker]) await faults.release(end);
      if (end) worker.faults.broken.clear();
    },
    goOn: () => rounds.goOn(),
    /** From now on the provider fails when it is asked about these attempts. */
    breakDown: (attempts: readonly string[]) => {
      for (const id of attempts) worker.faults.broken.add(id);
    },
    isBroken: (attempt: string) => worker.faults.broken.has(attempt),
    hasStopped: () => rounds.hasStopped,
    /** Whether the provider declined this attempt by a fault. */
    isRefused: (attempt: string) => [...apis, worker].some(({ faults }) => faults.refused.has(attempt)),
    /** Lets so many seconds pass: for Till, for the sandbox, and for what waits in the database. */
    passTime: async (seconds: number) => {
      time.ahead += seconds;
      await passTimeInDatabase(sql, seconds);
    },
    /** Does a job of the worker; returns the errors that it would have logged. */
    work: (job: Job, fault?: Fault, handler?: Fault) => {
      round.began = new Date(Date.now() + time.ahead * 1000);
      return rounds.work(job, fault, handler);
    },
    /** Runs `work`, in which an api must not charge for orders that have ended by now. */
    afterNow: async <T>(work: () => Promise<T>): Promise<T> => {
      again.began = new Date(Date.now() + time.ahead * 1000);
      return work().finally(() => {
        again.began = new Date(0);
      });
    },
    violations: () => [...apis, worker].flatMap(({ faults }) => faults.violations),
    /** The bank of a customer takes up a dispute of all that was captured of this payment first, and decides it. */
    dispute: async (payment: string, ends: DisputeCourse) => {
      const [operation] = await sql<SandboxOperation>(CAPTURED, [payment]);
      if (!operation) return;
      const method = ends === 'lost' ? 'pm_dispute' : `pm_dispute_${ends}`;
      await worker.app
        .get(given.Transaction, { strict: false })
        .run(async () =>
          worker.app
            .get(given.SandboxWebhookQueue, { strict: false })
            .tell({ ...operation, paymentMethod: method }, new Date(Date.now() + time.ahead * 1000)),
        );
    },
    /** The webhooks that the sandbox sends now, signed. */
    webhooks: async () => {
      const due = await worker.app.get(given.SandboxWebhookQueue, { strict: false }).claim(WEBHOOKS_AT_ONCE);
      const sign = (raw: Buffer) =>
        worker.app
          .get(given.SandboxWebhookCodec, { strict: false })
          .sign(raw, new Date(Date.now() + time.ahead * 1000))!;
      return due.map(({ id, body, copies }) => ({ id, body, copies, headers: () => sign(Buffer.from(body)) }));
    },
    /** Leaves whatever is under way as it is, for good: a run that failed must not disturb the next. */
    forget: async () => {
      await rounds.goOn();
      for (const { faults } of [...apis, worker]) await faults.release(true);
      worker.faults.broken.clear();
      for (const { faults } of [...apis, worker]) faults.violations.length = 0;
      await forgetInDatabase(sql);
    },
    arrived: (id: string) => worker.app.get(given.SandboxWebhookQueue, { strict: false }).arrived(id),
    close: async () => {
      for (const { app } of [...apis, worker]) {
        // Connections of requests that were given up stay until their keep-alive ends.
        (app.getHttpServer() as Server).closeAllConnections();
        await app.close();
      }
      await pool.end();
    },
  };
}

/** The first capture of a payment that is not in dispute yet. */
const CAPTURED = `
  SELECT attempt_id AS id, payment_id AS "paymentId", kind, amount, currency, payment_method AS "paymentMethod", outcome
  FROM sandbox.operations o
  WHERE payment_id = $1 AND kind IN ('charge', 'capture') AND outcome = 'succeeded' AND NOT EXISTS (
    SELECT FROM sandbox.webhooks w WHERE w.payment_id = o.payment_id AND w.movement = 'dispute')
  ORDER BY created_at LIMIT 1`;
