import type { Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Queue } from 'bull';
import { Pool } from 'pg';
import type { Role } from '../../src/shared/permissions.js';
import { encodeId, newId } from '../../src/shared/ids.js';
import type { SandboxOperation } from '../../src/payments/providers/sandbox/scheduled-webhooks.js';
import { type Fault, Faults, type Flow, OnPurpose } from './faults.js';
import type * as parts from './parts.js';

type Parts = typeof parts;
export type Till = Awaited<ReturnType<typeof startTill>>;
export type Job = (typeof jobs)[number];
/** What the worker does, each at the command of a run. */
export const jobs = ['resolve', 'resolveTwice', 'expire', 'lapse', 'inbox', 'deliver', 'return', 'seal'] as const;

/** How long the sandbox may take to answer, in milliseconds: enough on a busy machine, little enough to wait for often. */
const PROVIDER_TIMEOUT_MS = 200;
const BATCH = 50;
/** Few, so that some attempts that fail fill a batch of the resolver, as fifty would. */
const RESOLVED_AT_ONCE = 2;

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
  const stopped: Stopped[] = [];
  worker.faults.guardEnded(worker.app.get(given.SandboxProvider, { strict: false }), () => round.began);
  await stopClockwork(given, worker.app);

  const sql = async <R = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<R[]> =>
    (await pool.query(text, parameters)).rows as R[];
  const person = async (...roles: Role[]): Promise<Person> => {
    const uuid = newId<'usr'>();
    const row = [uuid, `${randomUUID()}@till.test`, roles];
    await sql(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', $3)`, row);
    return { uuid, id: encodeId('usr', uuid), token: apis[0].app.get(given.AccessTokens).issue(uuid, roles, 1) };
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
    /** Workers that stopped go on. Returns the errors that they would have logged. */
    goOn: async (): Promise<Errors> => {
      const errors: Errors = [];
      for (const { flow, done } of stopped.splice(0)) {
        flow.goOn();
        errors.push(...(await done).filter(isFinding));
      }
      return errors;
    },
    /** From now on the provider fails when it is asked about these attempts. */
    breakDown: (attempts: readonly string[]) => {
      for (const id of attempts) worker.faults.broken.add(id);
    },
    isBroken: (attempt: string) => worker.faults.broken.has(attempt),
    hasStopped: () => stopped.length > 0,
    /** Whether the provider declined this attempt by a fault. */
    isRefused: (attempt: string) => [...apis, worker].some(({ faults }) => faults.refused.has(attempt)),
    /** Lets so many seconds pass: for Till, for the sandbox, and for what waits in the database. */
    passTime: async (seconds: number) => {
      time.ahead += seconds;
      await sql(PASS_TIME.webhooks, [seconds]);
      await sql(PASS_TIME.operations, [seconds]);
      await sql(PASS_TIME.deliveries, [seconds]);
      await sql(PASS_TIME.attempts, [seconds]);
      await sql(PASS_TIME.obligations, [seconds]);
      await sql(PASS_TIME.inbox, [seconds]);
    },
    /** Does a job of the worker; answers the errors that it would have logged. */
    work: async (job: Job, fault?: Fault, handler?: Fault) => {
      round.began = new Date(Date.now() + time.ahead * 1000);
      worker.faults.strikeJobs(job === 'deliver' ? handler : undefined);
      try {
        const errors = await inFlow(given, worker.faults, fault, stopped, () => workOf(given, worker.app)[job]());
        return errors.filter(isFinding);
      } finally {
        worker.faults.strikeJobs(undefined);
      }
    },
    violations: worker.faults.violations,
    /** The bank of a customer takes up a dispute of all that was captured of this payment first, and decides it. */
    dispute: async (payment: string, ends: 'won' | 'lost') => {
      const [operation] = await sql<SandboxOperation>(CAPTURED, [payment]);
      if (!operation) return;
      const method = ends === 'won' ? 'pm_dispute_won' : 'pm_dispute';
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
      const due = await worker.app.get(given.SandboxWebhookQueue, { strict: false }).claim(BATCH);
      const sign = (raw: Buffer) =>
        worker.app
          .get(given.SandboxWebhookCodec, { strict: false })
          .sign(raw, new Date(Date.now() + time.ahead * 1000))!;
      return due.map(({ id, body, copies }) => ({ id, body, copies, headers: () => sign(Buffer.from(body)) }));
    },
    /** Leaves whatever is under way as it is, for good: a run that failed must not disturb the next. */
    forget: async () => {
      for (const { flow, done } of stopped.splice(0)) {
        flow.goOn();
        await done;
      }
      for (const { faults } of [...apis, worker]) await faults.release(true);
      worker.faults.broken.clear();
      worker.faults.violations.length = 0;
      for (const statement of FORGET) await sql(statement);
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

/** The time of whatever waits in the database is the database's: what is due later is due so much sooner. */
const PASS_TIME = {
  webhooks: `UPDATE sandbox.webhooks SET next_attempt_at = next_attempt_at - $1 * interval '1 second' WHERE next_attempt_at IS NOT NULL`,
  operations: `
    UPDATE sandbox.operations SET created_at = created_at - $1 * interval '1 second'
    WHERE outcome IN ('pending', 'requires_action')`,
  attempts: `
    UPDATE payment_attempts SET created_at = created_at - $1 * interval '1 second',
      updated_at = updated_at - $1 * interval '1 second', next_check_at = next_check_at - $1 * interval '1 second'
    WHERE next_check_at IS NOT NULL OR kind IN ('void', 'refund')`,
  obligations: `UPDATE obligations SET next_look_at = next_look_at - $1 * interval '1 second' WHERE next_look_at IS NOT NULL`,
  inbox: `
    UPDATE provider_webhooks SET next_attempt_at = next_attempt_at - $1 * interval '1 second',
      waiting_since = waiting_since - $1 * interval '1 second'
    WHERE next_attempt_at IS NOT NULL`,
  deliveries: `
    UPDATE event_deliveries SET next_attempt_at = next_attempt_at - $1 * interval '1 second'
    WHERE status IN ('pending', 'queued', 'running')`,
};

const FORGET = [
  `UPDATE obligations SET state = 'settled', next_look_at = NULL WHERE state <> 'settled'`,
  'UPDATE payment_attempts SET next_check_at = NULL WHERE next_check_at IS NOT NULL',
  `UPDATE orders SET reserved_until = 'infinity' WHERE reserved_until IS NOT NULL`,
  'UPDATE provider_webhooks SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL',
  'UPDATE sandbox.webhooks SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL',
  'DELETE FROM outbox',
  `DELETE FROM event_deliveries WHERE status <> 'done'`,
];

/** Nothing happens by itself any more; Bull still takes the jobs that it is given. */
async function stopClockwork(given: Parts, app: NestFastifyApplication): Promise<void> {
  const registry = app.get(SchedulerRegistry, { strict: false });
  for (const name of registry.getIntervals()) registry.deleteInterval(name);
  for (const name of registry.getCronJobs().keys()) registry.deleteCronJob(name);
  await app.get(given.DeliveryLoop, { strict: false }).onModuleDestroy();
}

type Errors = unknown[];

const isFinding = (error: unknown) => !(error instanceof OnPurpose);

function workOf(given: Parts, app: NestFastifyApplication): Record<Job, () => Promise<Errors>> {
  const get = <T>(type: abstract new (...args: never[]) => T): T => app.get<T>(type as never, { strict: false });
  return {
    resolve: () => gathering((failed) => get(given.AttemptResolver).resolveDue(RESOLVED_AT_ONCE, failed)),
    // Two at once share nothing but the database; the round is over when both are.
    resolveTwice: () =>
      gathering(async (failed) => {
        const two = await Promise.allSettled(
          [0, 1].map(() => get(given.AttemptResolver).resolveDue(RESOLVED_AT_ONCE, failed)),
        );
        for (const one of two) if (one.status === 'rejected') throw one.reason;
      }),
    expire: () =>
      gathering(async (failed) => {
        const orders = get(given.OrdersService);
        for (const id of await orders.overdue(BATCH))
          await orders.expire(id).catch((error: unknown) => failed(id, error));
      }),
    lapse: () => gathering((failed) => get(given.AuthorizationExpiry).expireDue(BATCH, failed)),
    inbox: () => gathering(() => get(given.WebhookProcessor).processDue()),
    return: () => gathering((failed) => get(given.DueReturns).returnDue(failed)),
    seal: () => gathering(() => get(given.Sealer).sealAll()),
    deliver: () =>
      gathering(async () => {
        while (await get(given.Relay).relay());
        while (await get(given.Dispatcher).dispatch());
        for (const { consumer } of get(given.DeliveryQueues).all())
          await idle(app.get<Queue>(`BullQueue_${consumer}`, { strict: false }));
      }),
  };
}

async function gathering(
  work: (failed: (about: unknown, error: unknown) => void) => Promise<unknown>,
): Promise<Errors> {
  const errors: Errors = [];
  await work((_about, error) => void errors.push(error));
  return errors;
}

/** Waits until Bull has run what it was given. */
async function idle(queue: Queue): Promise<void> {
  for (let patience = 4000; patience > 0; patience--) {
    const { waiting, active } = await queue.getJobCounts();
    if (waiting + active === 0) return;
    await delay(3);
  }
  throw new Error('the queue does not come to rest');
}

/** A round of a worker that has stopped in the middle of it. */
interface Stopped {
  readonly flow: Flow;
  readonly done: Promise<Errors>;
}

/** Runs a round of the worker as a flow of its own; when the worker dies or stops in it, nobody waits for the rest, but for its transactions. */
async function inFlow(
  given: Parts,
  faults: Faults,
  fault: Fault | undefined,
  stopped: Stopped[],
  work: () => Promise<Errors>,
): Promise<Errors> {
  const context = { requestId: randomUUID() };
  const flow = faults.begin(context, fault);
  const done = given.inRequest(context, work).catch((error: unknown) => [error]);
  const errors = await Promise.race([done, flow.died, flow.stopped]);
  if (errors === 'stopped') {
    stopped.push({ flow, done: done.finally(() => faults.end(context)) });
    return [];
  }
  if (errors === 'died') await flow.over();
  faults.end(context);
  return errors === 'died' || flow.struck ? [] : errors;
}
