import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPostgres, THROWAWAY_SETTINGS, type RunningServer } from '../servers/postgres.js';
import { identityOf } from '../setup/lock.mjs';
import { KeptServer } from './kept-server.js';

let temporaryDirectory: string;
let server: RunningServer;
let kept: KeptServer | undefined;
/** What it said to the person at the terminal. */
let said: string[];
/** The pids of its later starts. */
let pids: number[];
let obstacle: string | undefined;
let asked: number;

const SOON = { timeout: 30_000, interval: 50 };
const inData = (name: string) => path.join(temporaryDirectory, 'data', name);
const start = (port?: number) => {
  const where = { directory: path.join(temporaryDirectory, 'data'), temporaryDirectory };
  return startPostgres({ ...where, settings: THROWAWAY_SETTINGS, ...(port !== undefined && { port }) });
};

beforeEach(async () => {
  temporaryDirectory = await mkdtemp(path.join(tmpdir(), 'till-kept-'));
  [said, pids, obstacle, asked, kept] = [[], [], undefined, 0, undefined];
  server = await start();
});
afterEach(async () => {
  await (kept ?? server).stop();
  await rm(temporaryDirectory, { recursive: true, force: true });
});

function keep(): KeptServer {
  kept = new KeptServer(server, {
    title: 'PostgreSQL',
    start: () => start(server.port),
    obstacle: async () => ((asked += 1), obstacle),
    onStart: (pid) => void pids.push(pid),
    say: (text) => void said.push(text),
  });
  return kept;
}

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

test('A PostgreSQL that is killed comes back by itself, at its address and with its data', async () => {
  keep();
  await query('CREATE TABLE kept AS SELECT 1 AS n');
  for (const killed of [1, 2]) {
    process.kill(pids.at(-1) ?? server.pid, 'SIGKILL');
    await vi.waitUntil(() => pids.length === killed, SOON);
    expect(await query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
  }
  const twice = ['PostgreSQL ended unexpectedly (SIGKILL). It is started again.', 'PostgreSQL runs again.'];
  await vi.waitUntil(() => said.length === 4, SOON);
  expect(said).toEqual([...twice, ...twice]);
});

test('What stands in its way is said once, and it starts when that is gone', async () => {
  keep();
  obstacle = 'The disk has 0 MiB left: make room.';
  process.kill(server.pid, 'SIGKILL');
  await vi.waitUntil(() => asked > 3, SOON);
  expect(said).toEqual([`PostgreSQL ended unexpectedly (SIGKILL). ${obstacle}`]);
  expect(pids).toEqual([]);
  obstacle = undefined;
  await vi.waitUntil(() => said.at(-1) === 'PostgreSQL runs again.', SOON);
  expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test('A start that fails is tried again until it succeeds, and said once', async () => {
  keep();
  const settings = await readFile(inData('postgresql.conf'), 'utf8');
  await writeFile(inData('postgresql.conf'), `${settings}\nno_such_setting_at_all = 1\n`);
  process.kill(server.pid, 'SIGKILL');
  await vi.waitUntil(async () => (await failedStarts()) > 2, SOON);
  expect(said).toEqual([
    'PostgreSQL ended unexpectedly (SIGKILL). It is started again.',
    expect.stringMatching(/^PostgreSQL does not start yet, .*no_such_setting_at_all/s),
  ]);
  await writeFile(inData('postgresql.conf'), settings);
  await vi.waitUntil(() => said.at(-1) === 'PostgreSQL runs again.', SOON);
  expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

const failedStarts = async () =>
  (await readFile(inData('till.log'), 'utf8')).split('unrecognized configuration parameter').length - 1;

test('One that somebody stops in order stays down', async () => {
  keep();
  process.kill(server.pid, 'SIGINT');
  await vi.waitUntil(() => said.length > 0, SOON);
  expect(said).toEqual(['Somebody stopped PostgreSQL. To get it back: Ctrl-C, then npm start.']);
  await expect(query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
  expect(pids).toEqual([]);
});

test('Stopping ends it without a word: while it runs, and while it waits to start', async () => {
  await keep().stop();
  expect(identityOf(server.pid)).toBeUndefined();
  server = await start();
  keep();
  obstacle = 'The disk has 0 MiB left: make room.';
  process.kill(server.pid, 'SIGKILL');
  await vi.waitUntil(() => asked > 1, SOON);
  await kept!.stop();
  expect(pids).toEqual([]);
  expect(said).toEqual([expect.stringMatching(/^PostgreSQL ended unexpectedly/)]);
});
