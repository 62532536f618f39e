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
import { postgres, redis } from './server-wishes.js';
import { alert, step, type StopStep } from './step.js';

/**
 * Starts everything, notes in `stops` how to stop it, and prints where it is. Never resolves: rejects when something can't
 * be started, or died too often.
 */
export async function bringUp(stops: StopStep[]): Promise<never> {
  for (const name of ['logs', 'mail']) mkdirSync(inHome(name), { recursive: true });
  for (const name of ['postgres', 'redis', 'api', 'worker']) keepPreviousLog(logFile(name));
  watchDisk({ directory: inHome(), say: alert, free: () => freeMebibytes(inHome()) });
  const demoFile = new DemoFile(inHome('demo.json'));
  const addresses = await chooseAddresses();
  const node = await nodeBinary();
  const databaseUrl = await provideServer(postgres, demoFile, stops);
  const redisUrl = await provideServer(redis, demoFile, stops);
  const env = environment(addresses, databaseUrl, redisUrl);
  await step('Migrating the database', () => tillCommand(node, 'migrate', env));
  const seeded = await step('Seeding the demo catalogue and logins', () => tillCommand(node, 'seed', env));
  const { logins } = JSON.parse(seeded) as { logins: Login[] };
  const { baseUrl, workerUrl } = addresses;
  const demo: Facts = { baseUrl, workerUrl, databaseUrl, redisUrl, logins };
  demoFile.describe(demo);
  const processes = new ApiAndWorker({ node, env, demo, onStart: (name, pid) => demoFile.notePid(name, pid) });
  stops.push({ name: 'api and worker', stop: () => processes.stop() });
  await step('Starting api and worker', () => processes.start());
  console.log(greeting(demo, inHome('mail')));
  return await processes.failed;
}

/** A one-shot command of the build; returns what it prints. */
function tillCommand(node: string, name: 'migrate' | 'seed', env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['--enable-source-maps', inClone('dist', 'src', 'cli.js'), name];
  return runToEnd(node, args, { env, cwd: inClone() });
}

/** Logs start afresh with every run; those of the run before stay beside them. */
function keepPreviousLog(file: string): void {
  if (existsSync(file)) renameSync(file, file.replace(/\.log$/, '.previous.log'));
}
