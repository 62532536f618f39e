/** The process that makes the load, apart from the one that measures, so that what it costs is known. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';
import { type Client, type Task, type TaskName, tasks } from './scenarios.js';
import { type LoadResult, Tally } from './tally.js';

export interface Job {
  readonly task: TaskName;
  readonly url: string;
  /** One client for each. */
  readonly tokens: readonly string[];
  readonly productIds: readonly string[];
  /** The shop of each client, where they buy in several: its host name and products. */
  readonly shops?: readonly { readonly host: string; readonly productIds: readonly string[] }[];
  /** What each order has beside its lines. */
  readonly terms?: object;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What the generator says: that the measured time begins and ends, and, when every client has stopped, what came of it. */
export type Report = { readonly type: 'begin' | 'end' } | { readonly type: 'result'; readonly result: LoadResult };

/** By then something is broken, and more of the same says no more. */
const MAX_ERRORS = 100;

async function work({ task: name, url, tokens, warmUpSeconds, seconds, ...job }: Job): Promise<void> {
  const task: Task = tasks[name];
  const tally = new Tally(task.steps);
  const stop = new AbortController();
  const clients = await Promise.all(
    tokens.map(async (token, index) => {
      const { host, productIds } = job.shops?.[index] ?? { host: undefined, productIds: job.productIds };
      return { connection: await HttpConnection.open(url, host), token, productIds, terms: job.terms };
    }),
  );
  const running = Promise.all(clients.map((client) => keepAtIt(client, task, tally, stop)));
  await sleep(warmUpSeconds * 1000);
  tally.begin();
  send({ type: 'begin' });
  await sleep(seconds * 1000);
  tally.end();
  send({ type: 'end' });
  stop.abort();
  await running;
  for (const { connection } of clients) connection.close();
  send({ type: 'result', result: tally.result() });
}

async function keepAtIt(client: Client, task: Task, tally: Tally, stop: AbortController): Promise<void> {
  while (!stop.signal.aborted && tally.errorCount < MAX_ERRORS) {
    try {
      tally.add(await task.run(client));
    } catch (error) {
      tally.addError(error instanceof Error ? error.message : String(error));
    }
  }
}

function send(report: Report): void {
  process.send!(report);
}

process.once('message', (job: Job) => void work(job).finally(() => process.disconnect()));
// Who asked for the load is gone.
process.once('disconnect', () => process.exit());
