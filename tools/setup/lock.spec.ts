import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf, tryLock, waitForLock } from './lock.mjs';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'till-lock-'));
  file = path.join(directory, 'made', 'when', 'missing', 'lock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function take(): { release: () => void } {
  const lock = tryLock(file);
  if ('heldBy' in lock) throw new Error(`held by ${lock.heldBy}`);
  return lock;
}

test('a held lock names its holder, a released one can be taken', () => {
  const lock = take();
  expect(tryLock(file)).toEqual({ heldBy: process.pid });
  lock.release();
  take().release();
});

test('the lock of a process that died is taken over', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const identity = identityOf(child.pid as number) as string;
  take().release();
  await symlink(identity, file);
  expect(tryLock(file)).toEqual({ heldBy: child.pid });

  child.kill('SIGKILL');
  await once(child, 'exit');
  take();
  expect(await readlink(file)).toBe(identityOf(process.pid));
});

test.runIf(process.platform === 'linux')('a later process with the same pid is not the holder', async () => {
  take().release();
  await symlink(`${process.pid}:1`, file);
  expect(tryLock(file)).toHaveProperty('release');
});

test('releasing does not take away the lock of somebody else', async () => {
  const lock = take();
  await rm(file);
  await symlink('1:', file);
  lock.release();
  expect(await readlink(file)).toBe('1:');
});

test('waiting ends when the lock is released', async () => {
  const lock = take();
  const waits: number[] = [];
  const waiting = waitForLock(file, (pid) => {
    waits.push(pid);
    lock.release();
  });
  (await waiting).release();
  expect(waits).toEqual([process.pid]);
});
