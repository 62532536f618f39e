import { fileURLToPath } from 'node:url';
import { HttpConnection } from '../load/http-connection.js';
import { makeLoad } from '../load/make-load.js';
import type { LoadResult } from '../load/tally.js';
import { mean } from '../measure/latency.js';
import { type ProfileSummary, summarise } from '../measure/cpu-profile.js';
import { PROFILED, Profiler } from '../measure/profiler.js';
import { step } from '../terminal/progress.js';
import { type Running, startScript } from '../till/processes.js';
import type { Servers } from '../till/servers.js';
import { type RunningTill, startWholeTill, type WholeTillOptions } from './till.js';

type Options = WholeTillOptions & { readonly seconds: number };

/** Product pages of strangers, product pages of signed-in customers, and lists of 20 products. */
const READS = ['product-pages', 'signed-in-product-pages', 'product-lists'] as const;
type Read = (typeof READS)[number];

export interface ReadFigures {
  readonly till: ReadSpeed;
  readonly bare: ReadSpeed;
}

export interface ReadSpeed {
  readonly perSecond: number;
  readonly rounds: readonly LoadResult[];
}

const ROUNDS = 3;
const WARM_UP_SECONDS = 4;
const BARE_SERVER = fileURLToPath(new URL('../bare-server.ts', import.meta.url));

/** Reads from the api, and in turn as much from a server that only answers, so that both meet the same machine. */
export async function measureReads(
  till: RunningTill,
  directory: string,
  seconds: number,
): Promise<Readonly<Record<Read, ReadFigures>>> {
  const bodies = { BARE_PAGE: await bodyOf(till, `/v1/products/${till.shop.productIds[0]}`) };
  const list = await bodyOf(till, '/v1/products?limit=20');
  const bare = await startScript(BARE_SERVER, { ...bodies, BARE_LIST: list }, directory);
  try {
    const figures: [Read, ReadFigures][] = [];
    for (const read of READS) figures.push([read, await measureRead(read, till, bare, seconds)]);
    return Object.fromEntries(figures) as Record<Read, ReadFigures>;
  } finally {
    await bare.stop();
  }
}

async function measureRead(read: Read, till: RunningTill, bare: Running, seconds: number): Promise<ReadFigures> {
  const rounds: { till: LoadResult; bare: LoadResult }[] = [];
  const measure = (url: string) => makeLoad({ ...jobOf(read, till, seconds / ROUNDS), url });
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({ till: await measure(till.api.url), bare: await measure(bare.url) });
  }
  return { till: speed(rounds.map((round) => round.till)), bare: speed(rounds.map((round) => round.bare)) };
}

function jobOf(task: Read, { api, shop }: RunningTill, seconds: number) {
  const tokens = shop.customers.map(({ token }) => token);
  return { task, url: api.url, tokens, productIds: shop.productIds, seconds, warmUpSeconds: WARM_UP_SECONDS };
}

/** Reads alone, on a Till of their own. */
export async function measureReadsAlone(servers: Servers, options: Options) {
  const till = await startWholeTill(servers, options);
  return step('Reading products', () => measureReads(till, servers.directory, options.seconds));
}

/** Where the api's time goes, for each kind of read. The profiler costs something itself. */
export async function profileReads(servers: Servers, options: Options): Promise<string> {
  const till = await startWholeTill(servers, { ...options, nodeFlags: PROFILED });
  const texts: string[] = [];
  for (const read of READS) {
    const profiler = await Profiler.attach(till.api.logFile);
    let profile: ReturnType<Profiler['stop']> | undefined;
    const moments = { begin: () => profiler.start(), end: () => void (profile = profiler.stop()) };
    const load = await step(`Profiling ${read}`, () => makeLoad(jobOf(read, till, options.seconds), moments));
    texts.push(printed(read, summarise((await profile)!), load.measured));
  }
  return texts.join('\n');
}

function printed(read: Read, { busyMs, places, functions }: ProfileSummary, count: number): string {
  const line = ({ name, share }: { name: string; share: number }) =>
    `  ${(share * 100).toFixed(1).padStart(5)} %  ${((1000 * busyMs * share) / count).toFixed(1).padStart(6)} µs  ${name}`;
  const head = `${read}: ${((1000 * busyMs) / count).toFixed(0)} µs of JavaScript each`;
  return [head, '', ...places.map(line), '', ...functions.map(line), ''].join('\n');
}

function speed(rounds: readonly LoadResult[]): ReadSpeed {
  return { perSecond: mean(rounds.map(({ perSecond }) => perSecond)), rounds };
}

async function bodyOf({ api }: RunningTill, path: string): Promise<string> {
  const connection = await HttpConnection.open(api.url);
  try {
    return (await connection.get(path)).body;
  } finally {
    connection.close();
  }
}
