import { cpus } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { runToEnd } from '../tools/setup/run-to-end.mjs';
import { stopAll } from '../tools/servers/guarded-process.js';
import { nodeBinary } from '../tools/setup/node.mjs';
import { buildWhenStale } from '../tools/setup/setup.mjs';
import { stopRequested } from '../tools/servers/stop-request.js';
import { say } from './terminal/progress.js';
import { profileOrders } from './throughput/profile.js';
import { printProfile } from './throughput/profile-report.js';
import * as throughputReport from './throughput/report.js';
import { measureThroughput } from './throughput/throughput.js';
import { provideServers, type Servers, type Undo } from './till/servers.js';
import * as volumeReport from './volume/report.js';
import { measureVolume } from './volume/volume.js';

interface Flags {
  readonly seconds: number;
  readonly clients: number;
  readonly products: number;
  readonly json?: true;
  readonly profile?: true;
  readonly oneRequest?: true;
  readonly volume?: number;
}

class Stopped extends Error {}

/** Runs the benchmark until it ends or is stopped, and cleans up in both cases. */
async function run(flags: Flags): Promise<void> {
  const undo: Undo[] = [];
  const stopped = stopRequested().then(() => Promise.reject(new Stopped()));
  try {
    await Promise.race([bench(flags, undo), stopped]);
  } catch (error) {
    process.exitCode = error instanceof Stopped ? 130 : 1;
    if (!(error instanceof Stopped)) say(`\n${error instanceof Error ? error.message : String(error)}`);
  }
  await stopAll();
  for (const step of undo.toReversed()) await step();
  process.exit();
}

async function bench(flags: Flags, undo: Undo[]): Promise<void> {
  await buildWhenStale();
  const servers = await provideServers(undo);
  const node = (await runToEnd(await nodeBinary(), ['--version'])).trim();
  say(`${servers.version}, Node ${node}, ${cpus().length} cores, ${flags.clients} clients`);
  if (flags.profile) return console.log(printProfile(await profileOrders(servers, flags)));
  await (flags.volume === undefined ? throughput(servers, flags) : volume(servers, flags, flags.volume));
}

async function throughput(servers: Servers, flags: Flags): Promise<void> {
  const summary = throughputReport.summarise(await measureThroughput(servers, flags));
  report(flags, summary, throughputReport.print(summary), throughputReport.complaints(summary));
}

async function volume(servers: Servers, flags: Flags, orders: number): Promise<void> {
  const summary = volumeReport.summarise(await measureVolume(servers, { ...flags, orders }));
  report(flags, summary, volumeReport.print(summary), volumeReport.complaints(summary));
}

function report({ json }: Flags, summary: object, table: string, complaints: readonly string[]): void {
  if (!json) console.log(`\n${table}\n`);
  console.log(JSON.stringify(summary));
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`The value must be a whole number, at least ${least}.`);
  };
}

await new Command('npm run bench --')
  .description(
    'Measures paid orders per second of the built api and worker on a temporary database, with two requests per order ' +
      'and with one, and in the same run the minimal SQL for the same work (pgbench) and a bare route of the same HTTP server. Uses DATABASE_URL and REDIS_URL if they are set, with a ' +
      'separate database. Exits with 1 on any wrong response. The last line is JSON.',
  )
  .option('--seconds <n>', 'seconds per measurement', atLeast(1), 10)
  .option('--clients <n>', 'number of concurrent customers', atLeast(1), 8)
  .option('--products <n>', 'number of products', atLeast(2), 1000)
  .option('--json', 'print only the JSON line')
  .option('--profile', 'show instead where the time of paid orders goes: functions and SQL statements')
  .option('--one-request', 'with --profile: for orders that are placed and paid by one request')
  .option('--volume <orders>', 'compare instead a database with this many orders with an empty one', atLeast(250_000))
  .action(run)
  .parseAsync();
