import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Faults } from './faults.js';
import type { Fault } from './flow.js';
import type { Ahead } from './ground.js';
import type * as parts from './parts.js';
import { type Job, Rounds, stopClockwork } from './rounds.js';

/** What a run asks of a worker, which is in this process or in another. */
export interface WorkerSide {
  /** Does a job; returns the errors that it would have logged. */
  work(job: Job, fault?: Fault, handler?: Fault): Promise<readonly unknown[]>;
  /** What has stopped goes on; returns the errors that it would have logged. */
  goOn(): Promise<readonly unknown[]>;
  /** Does what was held back; all of it at the `end`. */
  release(end: boolean): Promise<void>;
  /** From now on the provider fails when this worker asks about these attempts. */
  breakDown(attempts: readonly string[]): Promise<void>;
  /** Leaves what is under way. */
  forget(): Promise<void>;
  isBroken(attempt: string): boolean;
  isRefused(attempt: string): boolean;
  violations(): readonly string[];
  /** How often it was killed. */
  kills(): number;
}

/** A worker of this process. */
export class LocalWorker implements WorkerSide {
  private began = new Date(0);
  private readonly rounds: Rounds;

  constructor(
    given: typeof parts,
    app: NestFastifyApplication,
    readonly faults: Faults,
    private readonly time: Ahead,
  ) {
    this.rounds = new Rounds(given, app, faults);
    faults.guardEnded(app.get(given.SandboxProvider, { strict: false }), () => this.began);
  }

  work(job: Job, fault?: Fault, handler?: Fault): Promise<unknown[]> {
    this.began = new Date(Date.now() + this.time.ahead * 1000);
    return this.rounds.work(job, fault, handler);
  }

  goOn(): Promise<unknown[]> {
    return this.rounds.goOn();
  }

  async release(end: boolean): Promise<void> {
    await this.faults.release(end);
    if (end) this.faults.broken.clear();
  }

  async breakDown(attempts: readonly string[]): Promise<void> {
    for (const id of attempts) this.faults.broken.add(id);
  }

  async forget(): Promise<void> {
    await this.goOn();
    await this.release(true);
    this.faults.violations.length = 0;
  }

  isBroken(attempt: string): boolean {
    return this.faults.broken.has(attempt);
  }

  isRefused(attempt: string): boolean {
    return this.faults.refused.has(attempt);
  }

  violations(): readonly string[] {
    return this.faults.violations;
  }

  kills(): number {
    return 0;
  }
}

/** The worker of an application that was just made: it starts, and from then on moves only when it is told to. */
export async function startWorker(
  given: typeof parts,
  app: NestFastifyApplication,
  faults: Faults,
  time: Ahead,
): Promise<LocalWorker> {
  faults.watchDeliveries(app.get(given.Deliveries, { strict: false }));
  const worker = new LocalWorker(given, app, faults, time);
  Object.assign(app.get(given.DeliveryLoop, { strict: false }), { onApplicationBootstrap: () => undefined });
  await app.init();
  await stopClockwork(given, app);
  return worker;
}
