import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Queue } from 'bull';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { databaseOf } from './ground.js';
import type * as parts from './parts.js';
import { watch } from './watched.js';
import { type LocalWorker, startWorker } from './worker-side.js';

type Parts = typeof parts;
type Config = ReturnType<Parts['loadConfig']>;

/** What a process of workers is told to do. */
export interface Order {
  readonly id: number;
  readonly shop: string;
  readonly does: 'work' | 'goOn' | 'release' | 'breakDown' | 'forget';
  readonly given: readonly unknown[];
  /** Seconds by which the time of this shop runs ahead. */
  readonly ahead: number;
}

/** What it says. */
export type Said =
  | { readonly says: 'ready' }
  | { readonly says: 'failed'; readonly why: string }
  | { readonly says: 'note' | 'refused'; readonly shop: string; readonly what: string }
  | {
      readonly says: 'done';
      readonly id: number;
      /** That it would have logged. */
      readonly errors: readonly string[];
      readonly violations: readonly string[];
      /** Why it could not do it. */
      readonly failure?: string;
    };

const say = (said: Said) => process.send!(said);
const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

interface Served {
  readonly worker: LocalWorker;
  readonly time: { ahead: number };
}

/** Serves all shops as the worker does with `SHOPS=all`, but moves only when it is told to, by messages. */
export async function serveWorkers(given: Parts, slugs: readonly string[]): Promise<void> {
  const served = new Map<string, Served>();
  const config = given.loadConfig(process.env);
  const createApp = async (own: Config) => {
    const app = await given.createHttpApp(given.WorkerModule, own);
    const slug = own.shop ?? 'default';
    served.set(slug, await serve(given, app, slug, own.database.url));
    return app;
  };
  const failing = (own: Config) =>
    createApp(own).catch((error: unknown) => {
      say({ says: 'failed', why: textOf(error) });
      throw error;
    });
  const app = await failing(config);
  const hosting = { environment: process.env, processName: 'worker', createApp: failing, startsAll: true };
  await given.hostShops(config, hosting)!.begin(app);
  while (!slugs.every((slug) => served.has(slug))) await delay(20);
  process.on('message', (order: Order) => void obey(served.get(order.shop)!, order));
  say({ says: 'ready' });
}

async function serve(given: Parts, app: NestFastifyApplication, slug: string, url: string): Promise<Served> {
  const pool = new Pool({ connectionString: url, max: 2 });
  const database = databaseOf(pool, slug === 'default' ? undefined : given.sandboxInShop);
  const time = { ahead: 0 };
  const note = (what: string) => say({ says: 'note', shop: slug, what });
  const faults = watch(given, app, { database, note, time });
  const refuse = faults.refused.add.bind(faults.refused);
  const add = (what: string) => {
    say({ says: 'refused', shop: slug, what });
    return refuse(what);
  };
  Object.assign(faults.refused, { add });
  const queues = () =>
    app
      .get(given.DeliveryQueues, { strict: false })
      .all()
      .map(({ consumer }) => app.get<Queue>(`BullQueue_${consumer}`, { strict: false }));
  for (const queue of queues()) shortenLocks(queue);
  const worker = await startWorker(given, app, faults, time);
  for (const queue of queues()) await finish(queue);
  return { worker, time };
}

async function obey({ worker, time }: Served, { id, does, given, ahead }: Order): Promise<void> {
  time.ahead = ahead;
  const act = worker[does].bind(worker) as (...all: readonly unknown[]) => Promise<readonly unknown[] | undefined>;
  try {
    const errors = ((await act(...given)) ?? []).map(textOf);
    say({ says: 'done', id, errors, violations: worker.violations() });
  } catch (error) {
    say({ says: 'done', id, errors: [], violations: worker.violations(), failure: textOf(error) });
  }
}

/** So that jobs of a worker that was killed need not be waited for as long as in production. */
function shortenLocks(queue: Queue): void {
  const { settings } = queue as unknown as { settings: object };
  Object.assign(settings, { lockDuration: 3000, lockRenewTime: 500, stalledInterval: 1 });
}

/** Bull's own search for jobs whose worker is gone; absent in its types. */
interface Recovering {
  moveUnlockedJobsToWait(): Promise<unknown>;
}

/** Runs what a worker that was killed left in the queue. */
async function finish(queue: Queue): Promise<void> {
  await queue.isReady();
  for (let patience = 600; patience > 0; patience -= 1) {
    const { waiting, active } = await queue.getJobCounts();
    if (waiting + active === 0) return;
    await (queue as unknown as Recovering).moveUnlockedJobsToWait();
    await delay(50);
  }
  throw new Error(`the queue ${queue.name} does not come to rest after its worker was killed`);
}
