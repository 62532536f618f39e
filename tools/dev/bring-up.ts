import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { runToEnd } from '../setup/run-to-end.mjs';
import { nodeBinary } from '../setup/node.mjs';
import { ApiAndWorker } from './api-and-worker.js';
import { DemoFile, type Facts, type Login } from './demo-file.js';
import { freeMebibytes, watchDisk } from './disk-room.js';
import { chooseAddresses, environment } from './environment.js';
import { greeting } from './greeting.js';
import { inClone, inHome, logFile } from '../servers/paths.js';
import { provideServer } from './provide-server.js';
import { Restarter } from './restarter.js';
import { postgres, redis } from './server-wishes.js';
import { SourceWatch } from './source-watch.js';
import { alert, step, type StopStep } from './step.js';

export interface BringUpOptions {
  /** Compiles the sources whenever they change, and restarts api and worker. */
  readonly watch?: boolean;
}

/**
 * Starts everything, notes in `stops` how to stop it, and prints where it is. Never resolves: rejects when something can't
 * be started, or died too often.
 */
export async function bringUp(stops: StopStep[], { watch = false }: BringUpOptions = {}): Promise<never> {
  for (const name of ['logs', 'mail']) mkdirSync(inHome(name), { recursive: true });
  for (const name of ['postgres', 'redis', 'api', 'worker']) keepPreviousLog(logFile(name));
  watchDisk({ directory: inHome(), say: alert, free: () => freeMebibytes(inHome()) });
  const demoFile = new DemoFile(inHome('demo.json'));
  const addresses = await chooseAddresses();
  const node = await nodeBinary();
  const sources = watch ? watchSources(stops) : undefined;
  const databaseUrl = await provideServer(postgres, demoFile, stops);
  const redisUrl = await provideServer(redis, demoFile, stops);
  const env = environment(addresses, databaseUrl, redisUrl);
  if (sources) await step('Building', () => sources.built);
  await step('Migrating the database', () => tillCommand(node, 'migrate', env));
  const seeded = await step('Seeding the demo catalogue and logins', () => tillCommand(node, 'seed', env));
  const { logins } = JSON.parse(seeded) as { logins: Login[] };
  const { baseUrl, adminUrl, workerUrl } = addresses;
  const demo: Facts = { baseUrl, adminUrl, workerUrl, databaseUrl, redisUrl, logins };
  demoFile.describe(demo);
  const make = () => new ApiAndWorker({ node, env, demo, onStart: (name, pid) => demoFile.notePid(name, pid) });
  if (sources) {
    const migrated = () => tillCommand(node, 'migrate', env);
    return await runWatched(sources, stops, () => migrated().then(make), greeting(demo, inHome('mail')));
  }
  const processes = make();
  stops.push({ name: 'api and worker', stop: () => processes.stop() });
  await step('Starting api and worker', () => processes.start());
  console.log(greeting(demo, inHome('mail')));
  return await processes.failed;
}

/** Runs api and worker, and again with each build; rejects when the compiler itself fails. */
async function runWatched(
  sources: SourceWatch,
  stops: StopStep[],
  make: () => Promise<ApiAndWorker>,
  text: string,
): Promise<never> {
  const restarter = new Restarter({ make, say: alert });
  stops.push({ name: 'api and worker', stop: () => restarter.stop() });
  await step('Starting api and worker', () => restarter.restart());
  console.log(text);
  sources.onBuild(() => void restarter.restart());
  return await sources.failed;
}

function watchSources(stops: StopStep[]): SourceWatch {
  const sources = new SourceWatch({ project: inClone('tsconfig.build.json'), say: console.error });
  stops.push({ name: 'the compiler', stop: () => sources.stop() });
  return sources;
}

/** A one-shot command of the build; returns what it prints. */
function tillCommand(node: string, name: 'migrate' | 'seed', env: NodeJS.ProcessEnv): Promise<string> {
  const args = [inClone('dist', 'src', 'cli.js'), name];
  return runToEnd(node, args, { env, cwd: inClone() });
}

/** Logs start afresh with every run; those of the run before stay beside them. */
function keepPreviousLog(file: string): void {
  if (existsSync(file)) renameSync(file, file.replace(/\.log$/, '.previous.log'));
}
