import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Shops, startShops } from '../../test/model/shops.js';
import { type Servers, startTill, type Till } from '../../test/model/till.js';
import { tortureShops } from '../../test/model/torture-shops.js';
import { torture } from '../../test/model/torture.js';
import { ownPostgres, ownRedis } from '../../test/support/servers.js';
import { Progress } from '../terminal/progress.js';
import { builtParts } from './built-parts.js';
import { report } from './report.js';

interface Flags {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
  readonly shops: number;
}

const stop = new AbortController();
/** What was brought up, to be taken down in the other direction. */
const upkeep: (() => Promise<unknown>)[] = [];

async function run({ runs, seed, path: replayed, shops: count }: Flags): Promise<void> {
  const shops = count > 1 ? await bringUpShops(count) : undefined;
  const tills = shops?.tills ?? [await bringUp()];
  const where = shops ? ` in each of ${count} shops at once` : '';
  console.log(
    replayed === undefined
      ? `Playing ${runs} runs${where}, seed ${seed}`
      : `Playing run ${replayed} of seed ${seed}${where}`,
  );
  const progress = new Progress();
  progress.begin('runs', (replayed === undefined ? runs : 1) * tills.length);
  const began = Date.now();
  let [played, commands] = [0, 0];
  const onRun = (length: number) => {
    played += 1;
    commands += length;
    progress.step();
  };
  const given = { seed, runs, path: replayed, onRun, signal: stop.signal };
  try {
    if (shops) console.log(`${await tortureShops(shops, given)} ids are each in one shop alone.`);
    else await torture(tills[0]!, given);
  } finally {
    progress.end();
    const tally = together(tills.map((till) => till.tally));
    console.log(report({ seed, played, commands, tally, ms: Date.now() - began }));
    if (shops)
      console.log(`The worker was killed ${shops.worker.kills} times, ${shops.worker.killsAtWork} of them at work.`);
  }
  console.log('Nothing was found.');
}

function together(tallies: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const [what, times] of tallies.flatMap((tally) => [...tally])) sum.set(what, (sum.get(what) ?? 0) + times);
  return sum;
}

async function bringUp(): Promise<Till> {
  const parts = await builtParts();
  const till = await startTill(parts, await bringUpServers(parts));
  upkeep.push(() => till.close());
  return till;
}

/** The default shop and as many others as it takes, in one api and one worker. */
async function bringUpShops(count: number): Promise<Shops> {
  const parts = await builtParts();
  const servers = await bringUpServers(parts);
  const further = Array.from({ length: count - 1 }, (_, n) => `shop-${n + 2}`);
  const shops = await startShops(parts, servers, further, new URL('./worker.ts', import.meta.url));
  upkeep.push(() => shops.close());
  return shops;
}

async function bringUpServers(parts: Awaited<ReturnType<typeof builtParts>>): Promise<Servers> {
  const mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-torture-'));
  upkeep.push(() => rm(mailDirectory, { recursive: true, force: true }));
  const postgres = await ownPostgres();
  upkeep.push(() => postgres.remove());
  const redis = await ownRedis();
  upkeep.push(() => redis.remove());
  stop.signal.throwIfAborted();
  await parts.migrate(postgres.url);
  return { databaseUrl: postgres.url, redisUrl: redis.url, mailDirectory };
}

function fail(error: unknown): void {
  process.exitCode = stop.signal.aborted ? 130 : 1;
  if (stop.signal.aborted) console.error('\nStopped.');
  else console.error(`\n${error instanceof Error ? error.message : String(error)}`);
}

function whole(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

process.on('SIGINT', () => stop.abort());
process.on('SIGTERM', () => stop.abort());

await new Command('npm run torture --')
  .description(
    'Plays random commands against Till: orders, payments by every token of the sandbox, captures, refunds, webhooks in any ' +
      'order, crashes at any point, a provider that is silent or late, two requests at once. A model and the books say what must come of it. Brings up ' +
      'what it needs. Exits 1 with the commands of the smallest run that fails, and how to play it again.',
  )
  .option('--runs <n>', 'runs, of some 20 commands each', whole, 100)
  .option('--seed <n>', 'what the commands are made of (default: another one each time)', whole, randomInt(2 ** 29))
  .option(
    '--shops <n>',
    'play the same runs in so many shops of one api and one worker at once, and kill the worker in between',
    whole,
    1,
  )
  .option('--path <path>', 'one run of a seed alone, as a failure names it')
  .action(run)
  .parseAsync()
  .catch(fail);
for (const end of upkeep.toReversed()) await end();
process.exit();
