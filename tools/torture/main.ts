import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { startTill, type Till } from '../../test/model/till.js';
import { torture } from '../../test/model/torture.js';
import { ownPostgres, ownRedis } from '../../test/support/servers.js';
import { Progress } from '../terminal/progress.js';
import { builtParts } from './built-parts.js';
import { report } from './report.js';

interface Flags {
  readonly runs: number;
  readonly seed: number;
  readonly path?: string;
}

const stop = new AbortController();
/** What was brought up, to be taken down in the other direction. */
const upkeep: (() => Promise<unknown>)[] = [];

async function run({ runs, seed, path: replayed }: Flags): Promise<void> {
  const till = await bringUp();
  console.log(
    replayed === undefined ? `Playing ${runs} runs, seed ${seed}` : `Playing run ${replayed} of seed ${seed}`,
  );
  const progress = new Progress();
  progress.begin('runs', replayed === undefined ? runs : 1);
  const began = Date.now();
  let [played, commands] = [0, 0];
  const onRun = (count: number) => {
    played += 1;
    commands += count;
    progress.step();
  };
  try {
    await torture(till, { seed, runs, path: replayed, onRun, signal: stop.signal });
  } finally {
    progress.end();
    console.log(report({ seed, played, commands, tally: till.tally, ms: Date.now() - began }));
  }
  console.log('Nothing was found.');
}

async function bringUp(): Promise<Till> {
  const parts = await builtParts();
  const mailDirectory = await mkdtemp(path.join(tmpdir(), 'till-torture-'));
  upkeep.push(() => rm(mailDirectory, { recursive: true, force: true }));
  const postgres = await ownPostgres();
  upkeep.push(() => postgres.remove());
  const redis = await ownRedis();
  upkeep.push(() => redis.remove());
  stop.signal.throwIfAborted();
  await parts.migrate(postgres.url);
  const till = await startTill(parts, { databaseUrl: postgres.url, redisUrl: redis.url, mailDirectory });
  upkeep.push(() => till.close());
  return till;
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
  .option('--path <path>', 'one run of a seed alone, as a failure names it')
  .action(run)
  .parseAsync()
  .catch(fail);
for (const end of upkeep.toReversed()) await end();
process.exit();
