import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DemoFile, type Demo } from './demo-file.js';

const facts = {
  baseUrl: 'http://a',
  adminUrl: 'http://a',
  workerUrl: 'http://b',
  databaseUrl: 'postgres://c',
  redisUrl: 'redis://d',
  logins: [],
};

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'till-demo-'));
  file = path.join(directory, 'demo.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const read = async () => JSON.parse(await readFile(file, 'utf8')) as Demo;

test('It appears with the first pid after the facts, for its owner alone, and follows each start', async () => {
  const demo = new DemoFile(file);
  demo.notePid('postgres', 1);
  expect(existsSync(file)).toBe(false);
  demo.describe(facts);
  demo.notePid('api', 2);
  expect(await read()).toEqual({ ...facts, pids: { api: 2, worker: null, postgres: 1, redis: null } });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  demo.notePid('postgres', 3);
  expect((await read()).pids).toMatchObject({ api: 2, postgres: 3 });
});

test.runIf(existsSync('/dev/full'))(
  'On a full disk it keeps its content, and catches up when there is room',
  async () => {
    const demo = new DemoFile(file);
    demo.describe(facts);
    demo.notePid('api', 1);
    await symlink('/dev/full', `${file}.new`); // whatever is written there fails with ENOSPC
    demo.notePid('api', 2);
    expect((await read()).pids.api).toBe(1);
    await rm(`${file}.new`);
    await vi.waitUntil(async () => (await read()).pids.api === 2, { timeout: 10_000 });
  },
);

test('Another failure is no full disk, and is thrown', () => {
  const demo = new DemoFile('/dev/null/demo.json');
  demo.describe(facts);
  expect(() => demo.notePid('api', 1)).toThrow('ENOTDIR');
});
