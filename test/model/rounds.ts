import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Queue } from 'bull';
import type { Faults } from './faults.js';
import { type Fault, type Flow, OnPurpose } from './flow.js';
import type * as parts from './parts.js';

type Parts = typeof parts;
export type Job = (typeof jobs)[number];
/** What the worker does, each at the command of a run. */
export const jobs = ['resolve', 'resolveTwice', 'expire', 'lapse', 'inbox', 'deliver', 'return', 'seal'] as const;

const BATCH = 50;
/** Few, so that some attempts that fail fill a claim of the resolver. */
const RESOLVED_AT_ONCE = 2;

type Errors = unknown[];

const isFinding = (error: unknown) => !(error instanceof OnPurpose);

function workOf(given: Parts, app: NestFastifyApplication): Record<Job, () => Promise<Errors>> {
  const get = <T>(type: abstract new (...args: never[]) => T): T => app.get<T>(type as never, { strict: false });
  return {
    resolve: () => gathering((failed) => get(given.AttemptResolver).resolveDue(failed, RESOLVED_AT_ONCE)),
    // Two at once share nothing but the database; the round is over when both are.
    resolveTwice: () =>
      gathering(async (failed) => {
        const two = await Promise.allSettled(
          [0, 1].map(() => get(given.AttemptResolver).resolveDue(failed, RESOLVED_AT_ONCE)),
        );
        for (const one of two) if (one.status === 'rejected') throw one.reason;
      }),
    expire: () =>
      gathering(async (failed) => {
        const orders = get(given.OrdersService);
        for (const id of await orders.overdue(BATCH))
          await orders.expire(id).catch((error: unknown) => failed(id, error));
      }),
    lapse: () => gathering((failed) => get(given.AuthorizationExpiry).expireDue({ failed }, RESOLVED_AT_ONCE)),
    inbox: () => gathering(() => get(given.WebhookProcessor).processDue()),
    return: () => gathering((failed) => get(given.DueReturns).returnDue(failed)),
    seal: () => gathering(() => get(given.Sealer).sealAll()),
    deliver: () =>
      gathering(async () => {
        while ((await get(given.Relay).relay()).more);
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

/** Nothing happens by itself any more; Bull still takes the jobs that it is given. */
export async function stopClockwork(given: Parts, app: NestFastifyApplication): Promise<void> {
  const registry = app.get(SchedulerRegistry, { strict: false });
  for (const name of registry.getIntervals()) registry.deleteInterval(name);
  for (const name of registry.getCronJobs().keys()) registry.deleteCronJob(name);
  await app.get(given.DeliveryLoop, { strict: false }).onModuleDestroy();
}

/** A round of a worker that has stopped in the middle of it. */
interface Stopped {
  readonly flow: Flow;
  readonly done: Promise<Errors>;
}

/** The rounds of a worker, each at the command of a run. */
export class Rounds {
  private stopped: Stopped[] = [];

  constructor(
    private readonly given: Parts,
    private readonly app: NestFastifyApplication,
    private readonly faults: Faults,
  ) {}

  /** Does a job; returns the errors that the worker would have logged. */
  async work(job: Job, fault?: Fault, handler?: Fault): Promise<Errors> {
    this.faults.strikeJobs(job === 'deliver' ? handler : undefined);
    try {
      const errors = await this.inFlow(fault, () => workOf(this.given, this.app)[job]());
      return errors.filter(isFinding);
    } finally {
      this.faults.strikeJobs(undefined);
    }
  }

  /** Workers that stopped go on. Returns the errors that they would have logged. */
  async goOn(): Promise<Errors> {
    const stopped = this.stopped;
    this.stopped = [];
    const errors: Errors = [];
    for (const { flow, done } of stopped) {
      flow.goOn();
      errors.push(...(await done).filter(isFinding));
    }
    return errors;
  }

  /** Runs a round as a flow of its own; when the worker dies or stops in it, nobody waits for the rest, but for its transactions. */
  private async inFlow(fault: Fault | undefined, work: () => Promise<Errors>): Promise<Errors> {
    const context = { requestId: randomUUID() };
    const flow = this.faults.begin(context, fault);
    const done = this.given.inRequest(context, work).catch((error: unknown) => [error]);
    const errors = await Promise.race([done, flow.died, flow.stopped]);
    if (errors === 'stopped') {
      this.stopped.push({ flow, done: done.finally(() => this.faults.end(context)) });
      return [];
    }
    if (errors === 'died') await flow.over();
    this.faults.end(context);
    return errors === 'died' || flow.struck ? [] : errors;
  }
}
