import { expect, test } from 'vitest';
import { memoryOf, parseStatus } from './memory.js';

test('reads what is resident, and the most that was', () => {
  expect(parseStatus('Name:\tnode\nVmHWM:\t  262144 kB\nVmRSS:\t  131072 kB\n')).toEqual({ resident: 128, peak: 256 });
});

test.runIf(process.platform === 'linux')('a process holds memory, and no more than at its peak', () => {
  const { resident, peak } = memoryOf(process.pid)!;
  expect(resident).toBeGreaterThan(10);
  expect(peak).toBeGreaterThanOrEqual(resident);
});

test('of a process that does not exist nothing is known', () => {
  expect(memoryOf(2 ** 30)).toBeUndefined();
});
