import { expect, test } from 'vitest';
import { cpuMs, familyCpuMs, parseStat } from './cpu-time.js';

const line =
  '4242 (post) gres: (x) S 17 4242 4242 0 -1 4194560 1523 88 0 0 120 30 7 5 20 0 1 0 8035 231 4400 1844 1 1 0 0 0';

test('counts the fields from the end of the name, which may hold parentheses and blanks', () => {
  expect(parseStat(line)).toEqual({ parent: 17, own: 150, ended: 12 });
});

test.runIf(process.platform === 'linux')('a process that works uses CPU time, and its family no less', () => {
  const before = cpuMs(process.pid)!;
  // On a busy machine it may have to wait for its turn.
  const until = performance.now() + 10_000;
  while (cpuMs(process.pid)! - before < 10 && performance.now() < until);
  const own = cpuMs(process.pid)!;
  expect(own - before).toBeGreaterThanOrEqual(10);
  expect(familyCpuMs(process.pid)!).toBeGreaterThanOrEqual(own);
});

test('of a process that does not exist nothing is known', () => {
  expect(cpuMs(2 ** 30)).toBeUndefined();
  expect(familyCpuMs(2 ** 30)).toBeUndefined();
});
