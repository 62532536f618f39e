import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Fault } from './flow.js';
import type { Ahead } from './ground.js';
import type { Job } from './rounds.js';
import type { Order, Said } from './worker-process.js';
import type { WorkerSide } from './worker-side.js';

type Done = Extract<Said, { says: 'done' }>;
type Variables = Readonly<Record<string, string>>;

/** Who it is to PostgreSQL, so that its connections can be told from those of the api. */
const ROLE = 'till_torture_worker';
const MAKE = `CREATE ROLE ${ROLE} SUPERUSER LOGIN PASSWORD '${ROLE}'`;
const OPEN = `SELECT pid FROM pg_stat_activity WHERE usename = '${ROLE}'`;

/** One process with the workers of all shops, which can be killed at any moment. */
export class KilledWorker {
  kills = 0;
  /** Kills that met the worker of a shop in the middle of a job. */
  killsAtWork = 0;
  private child: ChildProcess | undefined;
  private starting: Promise<void> | undefined;
  private readonly waiting = new Map<
    number,
    { readonly order: Order; readonly resolve: (done: Done | Error | undefined) => void }
  >();
  private readonly shops = new Map<string, RemoteWorker>();
  private asked = 0;

  constructor(
    private readonly entry: URL,
    private readonly env: Variables,
    /** To the same server. */
    private readonly pool: Pool,
  ) {}

  /** The worker of a shop. */
  of(shop: string, time: Ahead, note: (what: string) => void): WorkerSide {
    const worker = new RemoteWorker(this, shop, time, note);
    this.shops.set(shop, worker);
    return worker;
  }

  async start(): Promise<void> {
    await this.pool.query(MAKE);
    await (this.starting ??= this.begin().finally(() => (this.starting = undefined)));
  }

  /** Resolves with what it said when it was done, and with nothing when it was killed meanwhile and has started again. */
  async ask(order: Omit<Order, 'id'>): Promise<Done | undefined> {
    while (this.starting) await this.starting;
    const id = (this.asked += 1);
    const done = await new Promise<Done | Error | undefined>((resolve) => {
      this.waiting.set(id, { order: { ...order, id }, resolve });
      this.child!.send({ ...order, id });
    });
    if (done instanceof Error) throw done;
    if (done?.failure) throw new Error(done.failure);
    return done;
  }

  /** Kills it and starts it again. */
  async kill(): Promise<void> {
    if (this.starting) return this.starting;
    const killed = [...this.waiting];
    this.starting = this.again().finally(() => (this.starting = undefined));
    try {
      await this.starting;
    } catch (error) {
      for (const { resolve } of this.waiting.values()) resolve(error as Error);
      throw error;
    }
    this.kills += 1;
    if (killed.some(([, { order }]) => order.does === 'work')) this.killsAtWork += 1;
    for (const worker of this.shops.values()) worker.forgetKilled();
    for (const [id, { resolve }] of killed) {
      if (this.waiting.delete(id)) resolve(undefined);
    }
  }

  async end(): Promise<void> {
    await this.starting?.catch(() => undefined);
    this.child?.removeAllListeners('exit').kill('SIGKILL');
  }

  private async again(): Promise<void> {
    const child = this.child!.removeAllListeners('exit');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    // What it was about to commit is committed or rolled back once its connections are gone.
    for (let patience = 3000; (await this.pool.query(OPEN)).rows.length > 0; patience -= 1) {
      if (patience === 0) throw new Error('the connections of a killed worker do not end');
      await delay(10);
    }
    await this.begin();
  }

  private async begin(): Promise<void> {
    const NODE_COMPILE_CACHE = path.join(tmpdir(), 'till-torture-compiled');
    const DATABASE_URL = Object.assign(new URL(this.env['DATABASE_URL']!), { username: ROLE, password: ROLE }).href;
    const env = { ...process.env, ...this.env, DATABASE_URL, NODE_COMPILE_CACHE };
    const child = fork(this.entry, [...this.shops.keys()], { env, serialization: 'advanced' });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        reject(error);
        for (const { resolve: answer } of this.waiting.values()) answer(error);
      };
      child.on('exit', (code, signal) => fail(new Error(`the worker ended by itself: ${code ?? signal}`)));
      child.on('message', (said: Said) => {
        if (said.says === 'ready') resolve();
        else if (said.says === 'failed') fail(new Error(said.why));
        else this.hear(said);
      });
    });
  }

  private hear(said: Exclude<Said, { says: 'ready' | 'failed' }>): void {
    if (said.says !== 'done') return this.shops.get(said.shop)!.hear(said.says, said.what);
    this.waiting.get(said.id)?.resolve(said);
    this.waiting.delete(said.id);
  }
}

/** The worker of one shop in that process. */
class RemoteWorker implements WorkerSide {
  private readonly broken = new Set<string>();
  private readonly refused = new Set<string>();
  private found: readonly string[] = [];

  constructor(
    private readonly process: KilledWorker,
    private readonly shop: string,
    private readonly time: Ahead,
    private readonly note: (what: string) => void,
  ) {}

  work(job: Job, fault?: Fault, handler?: Fault): Promise<readonly unknown[]> {
    return this.ask('work', job, fault, handler);
  }

  goOn(): Promise<readonly unknown[]> {
    return this.ask('goOn');
  }

  async release(end: boolean): Promise<void> {
    await this.ask('release', end);
    if (end) this.broken.clear();
  }

  async breakDown(attempts: readonly string[]): Promise<void> {
    for (const id of attempts) this.broken.add(id);
    await this.ask('breakDown', attempts);
  }

  async forget(): Promise<void> {
    await this.ask('forget');
    this.found = [];
  }

  isBroken(attempt: string): boolean {
    return this.broken.has(attempt);
  }

  isRefused(attempt: string): boolean {
    return this.refused.has(attempt);
  }

  violations(): readonly string[] {
    return this.found;
  }

  kills(): number {
    return this.process.kills;
  }

  hear(says: 'note' | 'refused', what: string): void {
    if (says === 'note') this.note(what);
    else this.refused.add(what);
  }

  /** The next process knows nothing of what broke down. */
  forgetKilled(): void {
    this.broken.clear();
  }

  private async ask(does: Order['does'], ...given: readonly unknown[]): Promise<readonly unknown[]> {
    const done = await this.process.ask({ shop: this.shop, does, given, ahead: this.time.ahead });
    if (done) this.found = done.violations;
    return done?.errors ?? [];
  }
}
