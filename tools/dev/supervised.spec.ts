import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Supervised } from './supervised.js';

let directory: string;
let pids: number[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'till-supervised-'));
  pids = [];
  vi.spyOn(console, 'error').mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

function supervise(script: string): Supervised {
  const command = { command: process.execPath, args: ['-e', script], logFile: path.join(directory, 'log') };
  return new Supervised({
    name: 'child',
    command: { ...command, stopSignal: 'SIGTERM' },
    onStart: (pid) => void pids.push(pid),
  });
}

test('a process that is killed comes back with another pid, until it is stopped', async () => {
  const supervised = supervise('setInterval(() => {}, 1000)');
  await supervised.start();
  process.kill(pids[0] as number, 'SIGKILL');
  await vi.waitUntil(() => pids.length === 2, { timeout: 10_000 });
  await supervised.stop();
  expect(() => process.kill(pids[1] as number, 0)).toThrow('ESRCH');
  expect(pids).toHaveLength(2);
});

test('a process that dies five times within a minute is given up', async () => {
  const supervised = supervise('process.exit(3)');
  await supervised.start();
  await expect(supervised.failed).rejects.toThrow('child died 5 times');
  expect(pids).toHaveLength(5);
  await supervised.stop();
});
