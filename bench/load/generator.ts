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
  /**
   * Tasks a second, begun on time whether or not earlier ones have ended, by the clients in turn; each counts from the moment at which it was due. Without it,
   * each client goes on as soon as it has its answer.
   */
  readonly rate?: number;
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
  const buyers = tokens.map((token, index) => {
    const { host, productIds } = job.shops?.[index] ?? { host: undefined, productIds: job.productIds };
    return new Buyer(() => HttpConnection.open(url, host), { token, productIds, terms: job.terms });
  });
  await Promise.all(buyers.map((buyer) => buyer.connect()));
  const running =
    job.rate === undefined ? asFastAsTheyCan(buyers, task, tally, stop) : atRate(job.rate, buyers, task, tally, stop);
  await sleep(warmUpSeconds * 1000);
  tally.begin();
  send({ type: 'begin' });
  await sleep(seconds * 1000);
  tally.end();
  send({ type: 'end' });
  stop.abort();
  await running;
  for (const buyer of buyers) buyer.close();
  send({ type: 'result', result: tally.result() });
}

/** A client with as many connections as it has tasks at once. */
class Buyer {
  private readonly idle: HttpConnection[] = [];
  private readonly all: HttpConnection[] = [];

  constructor(
    private readonly open: () => Promise<HttpConnection>,
    private readonly client: Omit<Client, 'connection'>,
  ) {}

  async connect(): Promise<void> {
    this.idle.push(await this.another());
  }

  /** Does the task once. Answers its moments, the first of which may be given. */
  async run(task: Task, due?: number): Promise<readonly number[]> {
    const connection = this.idle.pop() ?? (await this.another());
    try {
      const [began, ...others] = await task.run({ ...this.client, connection });
      return [due ?? began!, ...others];
    } finally {
      this.idle.push(connection);
    }
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private async another(): Promise<HttpConnection> {
    const connection = await this.open();
    this.all.push(connection);
    return connection;
  }
}

async function asFastAsTheyCan(
  buyers: readonly Buyer[],
  task: Task,
  tally: Tally,
  stop: AbortController,
): Promise<void> {
  const keepAtIt = async (buyer: Buyer) => {
    while (!isOver(tally, stop)) await note(tally, buyer.run(task));
  };
  await Promise.all(buyers.map(keepAtIt));
}

async function atRate(
  rate: number,
  buyers: readonly Buyer[],
  task: Task,
  tally: Tally,
  stop: AbortController,
): Promise<void> {
  const open = new Set<Promise<void>>();
  let turn = 0;
  for (let due = performance.now(); !isOver(tally, stop); due += 1000 / rate) {
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    const buyer = buyers[(turn += 1) % buyers.length]!;
    const one = note(tally, buyer.run(task, due)).finally(() => open.delete(one));
    open.add(one);
  }
  await Promise.all(open);
}

const isOver = (tally: Tally, stop: AbortController) => stop.signal.aborted || tally.errorCount >= MAX_ERRORS;

async function note(tally: Tally, moments: Promise<readonly number[]>): Promise<void> {
  try {
    tally.add(await moments);
  } catch (error) {
    tally.addError(error instanceof Error ? error.message : String(error));
  }
}

function send(report: Report): void {
  process.send!(report);
}

process.once('message', (job: Job) => void work(job).finally(() => process.disconnect()));
// Who asked for the load is gone.
process.once('disconnect', () => process.exit());
