import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { identityOf } from '../setup/lock.mjs';
import { startGuarded } from './guarded-process.js';

let directory: string;
const inDirectory = (name: string) => path.join(directory, name);
const isAlive = (pid: number) => identityOf(pid) !== undefined;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'till-guarded-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Takes half a second to end in order, and says in the file `ended` that it did. */
const SLOW_TO_END = `
  process.on('SIGTERM', () => setTimeout(() => { require('fs').writeFileSync('ended', ''); process.exit(0); }, 500));
  require('fs').writeFileSync('up', '');
  setInterval(() => {}, 1000);`;

function slow() {
  return {
    command: process.execPath,
    args: ['-e', SLOW_TO_END],
    cwd: directory,
    logFile: inDirectory('log'),
    stopSignal: 'SIGTERM' as const,
  };
}

test('stop waits for an orderly end', async () => {
  const guarded = await startGuarded(slow());
  await vi.waitUntil(() => existsSync(inDirectory('up')), { timeout: 10_000 });
  await guarded.stop();
  expect(existsSync(inDirectory('ended'))).toBe(true);
  expect(guarded.exit()).toBe('exit code 0');
});

test('an end from outside is told', async () => {
  const guarded = await startGuarded(slow());
  process.kill(guarded.pid, 'SIGKILL');
  expect(await guarded.exited).toBe('SIGKILL');
  await guarded.stop();
});

test('a command that does not exist is an error', async () => {
  await expect(startGuarded({ ...slow(), command: inDirectory('missing') })).rejects.toThrow('ENOENT');
});

test('a process ends in order, and its temporary directory goes, when its starter is killed', async () => {
  const temporaryDirectory = inDirectory('temporary');
  await mkdir(temporaryDirectory);
  const starter = await startStarter({ ...slow(), temporaryDirectory });
  await vi.waitUntil(() => existsSync(inDirectory('up')), { timeout: 20_000 });
  // The child may be up before its starter has noted it.
  const noted = () => readFile(inDirectory('pid'), 'utf8').catch(() => '');
  const pid = Number(await vi.waitUntil(noted, { timeout: 20_000 }));
  expect(isAlive(pid)).toBe(true);

  starter.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(pid) && !existsSync(temporaryDirectory), { timeout: 10_000 });
  expect(existsSync(inDirectory('ended'))).toBe(true);
});

/** Another Node that starts the command and waits. */
async function startStarter(command: object): Promise<ChildProcess> {
  const file = inDirectory('starter.mts');
  await writeFile(
    file,
    `import { writeFileSync } from 'node:fs';
     import { startGuarded } from ${JSON.stringify(path.resolve('tools/servers/guarded-process.ts'))};
     const { pid } = await startGuarded(${JSON.stringify(command)});
     writeFileSync(${JSON.stringify(inDirectory('pid'))}, String(pid));
     setInterval(() => {}, 1000);`,
  );
  const starter = spawn(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit' });
  await once(starter, 'spawn');
  return starter;
}
