import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { freeMebibytes, lackOfRoom, watchDisk } from './disk-room.js';

let end: () => void = () => undefined;
afterEach(() => end());

test('A disk that fills is told once, and once that it has room again', async () => {
  const said: string[] = [];
  const reading = [500, 31, 5, 0, 40, 63, 64, 500, 500, 10, 10];
  let asked = 0;
  const free = async () => reading[Math.min(asked++, reading.length - 1)]!;
  end = watchDisk({ directory: '/shop/.till', say: (text) => void said.push(text), free }, 1);
  await vi.waitUntil(() => asked > reading.length, 20_000);
  expect(said).toEqual([
    expect.stringMatching(/^The disk with \/shop\/\.till is nearly full \(31 MiB left\)\..*make room/),
    'The disk with /shop/.till has room again (64 MiB).',
    expect.stringMatching(/nearly full \(10 MiB left\)/),
  ]);
});

test('What is free is read from the system, and a disk with room lacks none', async () => {
  expect(await freeMebibytes(tmpdir())).toBeGreaterThan(64);
  expect(await lackOfRoom(tmpdir())).toBeUndefined();
});

test.runIf(process.platform === 'linux')('A disk without room is named, with how much is needed', async () => {
  expect(await lackOfRoom('/proc')).toBe(
    'The disk with /proc has 0 MiB left: make room for at least 32 MiB, and it starts by itself.',
  );
});
