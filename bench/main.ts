import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { runToEnd } from '../tools/setup/run-to-end.mjs';
import { stopAll } from '../tools/servers/guarded-process.js';
import { nodeBinary } from '../tools/setup/node.mjs';
import { buildWhenStale } from '../tools/setup/setup.mjs';
import { stopRequested } from '../tools/servers/stop-request.js';
import { measureAgainst } from './against/against.js';
import * as againstReport from './against/report.js';
import * as migrationReport from './migration/report.js';
import { measureMigration } from './migration/migration.js';
import { measureEvents } from './events/events.js';
import * as eventsReport from './events/report.js';
import { measureLive } from './live/live.js';
import * as liveReport from './live/report.js';
import { say } from './terminal/progress.js';
import { profileOrders } from './throughput/profile.js';
import { printProfile } from './throughput/profile-report.js';
import { measureReadsAlone, profileReads } from './throughput/reads.js';
import { loadsOfReads, rowsOfReads, summariseReads } from './throughput/reads-report.js';
import { table } from './terminal/table.js';
import * as termsReport from './throughput/terms-report.js';
import * as shopsReport from './shops/report.js';
import { measureShops } from './shops/shops.js';
import { measureTerms, profileTerms } from './throughput/terms.js';
import * as throughputReport from './throughput/report.js';
import { measureOrdersAlone, measureThroughput } from './throughput/throughput.js';
import { provideServers, type Servers, type Undo } from './till/servers.js';
import * as volumeReport from './volume/report.js';
import { measureVolume } from './volume/volume.js';

interface Flags {
  readonly seconds: number;
  readonly clients: number;
  readonly products: number;
  readonly nodeFlags: readonly string[];
  readonly json?: true;
  readonly profile?: true;
  readonly oneRequest?: true;
  readonly volume?: number;
  readonly against?: string;
  readonly pairs: number;
  readonly shops: number;
  readonly migrateFrom?: string;
  readonly rate: number;
  readonly spread?: number;
  readonly keep?: string;
}

/** What is measured instead of paid orders. */
type Part = 'events' | 'live' | 'orders' | 'reads' | 'shops' | 'terms';

class Stopped extends Error {}

/** Runs the benchmark to its end or until it is told to stop; either way nothing is left behind. */
async function run(part: Part | undefined, flags: Flags): Promise<void> {
  const undo: Undo[] = [];
  const stopped = stopRequested().then(() => Promise.reject(new Stopped()));
  try {
    await Promise.race([bench(part, flags, undo), stopped]);
  } catch (error) {
    process.exitCode = error instanceof Stopped ? 130 : 1;
    if (!(error instanceof Stopped)) say(`\n${error instanceof Error ? error.message : String(error)}`);
  }
  await stopAll();
  for (const step of undo.toReversed()) await step();
  process.exit();
}

async function bench(part: Part | undefined, flags: Flags, undo: Undo[]): Promise<void> {
  await buildWhenStale();
  const servers = await provideServers(
    undo,
    part === 'shops' && flags.keep !== undefined ? path.resolve(flags.keep) : undefined,
  );
  const node = (await runToEnd(await nodeBinary(), ['--version'])).trim();
  say(`${servers.version}, Node ${node}, ${cpus().length} cores, ${flags.clients} clients`);
  if (part === 'events') return events(servers, flags);
  if (part === 'live') return live(servers, flags);
  if (part === 'orders') return orders(servers, flags);
  if (part === 'reads') return reads(servers, flags);
  if (part === 'shops') return shops(servers, flags);
  if (part === 'terms') return terms(servers, flags);
  if (flags.profile) return console.log(printProfile(await profileOrders(servers, flags)));
  if (flags.against !== undefined) return against(servers, flags, path.resolve(flags.against));
  if (flags.migrateFrom !== undefined) return migration(servers, flags, path.resolve(flags.migrateFrom));
  await (flags.volume === undefined ? throughput(servers, flags) : volume(servers, flags, flags.volume));
}

async function throughput(servers: Servers, flags: Flags): Promise<void> {
  const summary = throughputReport.summarise(await measureThroughput(servers, flags));
  report(flags, summary, throughputReport.print(summary), throughputReport.complaints(summary));
}

async function events(servers: Servers, flags: Flags): Promise<void> {
  const summary = eventsReport.summarise(await measureEvents(servers, flags));
  report(flags, summary, eventsReport.print(summary), eventsReport.complaints(summary));
}

async function live(servers: Servers, flags: Flags): Promise<void> {
  const summary = liveReport.summarise(await measureLive(servers, flags));
  report(flags, summary, liveReport.print(summary), liveReport.complaints(summary));
}

async function orders(servers: Servers, flags: Flags): Promise<void> {
  const summary = throughputReport.summariseOrders(await measureOrdersAlone(servers, flags));
  report(flags, summary, throughputReport.printOrders(summary), throughputReport.complaints(summary));
}

async function reads(servers: Servers, flags: Flags): Promise<void> {
  if (flags.profile) return console.log(await profileReads(servers, flags));
  const figures = await measureReadsAlone(servers, flags);
  const summary = summariseReads(figures);
  const errors = loadsOfReads(figures).flatMap((load) => Object.keys(load.errors));
  report(flags, summary, table(rowsOfReads(summary)), errors);
}

async function shops(servers: Servers, flags: Flags): Promise<void> {
  const spread = Math.min(flags.shops, Math.max(flags.clients, flags.spread ?? 0));
  const summary = shopsReport.summarise(await measureShops(servers, { ...flags, spread }));
  report(flags, summary, shopsReport.print(summary), shopsReport.complaints(summary));
}

async function terms(servers: Servers, flags: Flags): Promise<void> {
  if (flags.profile) return console.log(printProfile(await profileTerms(servers, flags)));
  const summary = termsReport.summarise(await measureTerms(servers, flags));
  report(flags, summary, termsReport.print(summary), termsReport.complaints(summary));
}

async function volume(servers: Servers, flags: Flags, orders: number): Promise<void> {
  const summary = volumeReport.summarise(await measureVolume(servers, { ...flags, orders }));
  report(flags, summary, volumeReport.print(summary), volumeReport.complaints(summary));
}

async function migration(servers: Servers, flags: Flags, from: string): Promise<void> {
  assertBuilt(from);
  const { volume: orders = 1_000_000, products, rate } = flags;
  const summary = migrationReport.summarise(await measureMigration(servers, { orders, products, from, rate }));
  report(flags, summary, migrationReport.print(summary), migrationReport.complaints(summary));
}

async function against(servers: Servers, flags: Flags, clone: string): Promise<void> {
  assertBuilt(clone);
  const summary = againstReport.summarise(await measureAgainst(servers, { ...flags, against: clone }));
  report(flags, summary, againstReport.print(summary), againstReport.complaints(summary));
}

function assertBuilt(clone: string): void {
  if (existsSync(path.join(clone, 'dist', 'src', 'main.js'))) return;
  throw new Error(`${clone} has no build of Till: clone it there, then run "npm ci" and "npm run build" in it.`);
}

function report({ json }: Flags, summary: object, table: string, complaints: readonly string[]): void {
  if (!json) console.log(`\n${table}\n`);
  console.log(JSON.stringify(summary));
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };
}

await new Command('npm run bench --')
  .description(
    'Measures paid orders per second of the built api and worker on a throw-away database, by two requests for each and by ' +
      'one, beside the least SQL for the same work (pgbench) and a bare route of the same HTTP server, all in one run. Uses DATABASE_URL and REDIS_URL where ' +
      'they are set, in a database of its own. Exits 1 on any wrong answer. The last line is JSON.',
  )
  .addArgument(
    new Argument(
      '[part]',
      'events: instead, how soon and how fast events reach a webhook endpoint, and their cost; live: what 2,000 live connections take; orders: paid orders alone, and the memory of api and worker after them (--seconds 300); reads: product pages and lists alone; shops: an installation with many shops (--shops) beside one with one; terms: orders with two tax rates, a coupon and shipping beside usual ones (--pairs)',
    ).choices(['events', 'live', 'orders', 'reads', 'shops', 'terms']),
  )
  .option('--seconds <n>', 'how long each part is measured', atLeast(1), 10)
  .option('--clients <n>', 'how many customers order at once', atLeast(1), 8)
  .option('--products <n>', 'how many products there are', atLeast(2), 1000)
  .option('--node-flags <flags>', "flags for Node of api and worker, beside the image's", words, [])
  .option('--json', 'print nothing but the JSON line')
  .option(
    '--profile',
    'instead, show where the time of paid orders goes, or of reads or terms: functions and SQL statements',
  )
  .option('--one-request', 'with --profile: of orders that are paid by the request that places them')
  .option(
    '--volume <orders>',
    'instead, compare a database that has so many orders with an empty one',
    atLeast(100_000),
  )
  .option('--against <clone>', 'instead, compare paid orders with those of another built clone, in turns')
  .option(
    '--migrate-from <clone>',
    "instead, migrate a database with a million orders (or --volume) from an earlier release's schema while its build serves",
  )
  .option('--shops <n>', 'of shops: how many there are, at least one for each client', atLeast(8), 20)
  .option(
    '--spread <n>',
    'of shops: over how many of them orders at a fixed rate are spread, besides one for each client',
    atLeast(1),
  )
  .option(
    '--keep <folder>',
    'of shops: where PostgreSQL keeps the shops for the next run, which makes those that are missing',
  )
  .option('--rate <n>', 'with --migrate-from: requests a second; of shops: orders a second', atLeast(1), 50)
  .option('--pairs <n>', 'with --against, and of events, shops and terms: how many pairs of loads', atLeast(1), 8)
  .action(run)
  .parseAsync();
