import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { register } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineSink } from './line-sink.js';

let directory: string;
let pipe: string;
const open: number[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'till-sink-'));
  pipe = path.join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
});
afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
  rmSync(directory, { recursive: true });
});

const opened = (flags: number): number => {
  const fd = openSync(pipe, flags | constants.O_NONBLOCK);
  open.push(fd);
  return fd;
};
const reader = () => opened(constants.O_RDONLY);
const writer = () => opened(constants.O_WRONLY);
const close = (fd: number) => closeSync(open.splice(open.indexOf(fd), 1)[0]!);

/** What can be read now. */
function read(fd: number): string {
  const buffer = Buffer.alloc(1024 * 1024);
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}
const droppedLines = async () => {
  const metric = await register.getSingleMetric('till_log_lines_dropped_total')!.get();
  return metric.values[0]?.value ?? 0;
};

describe('a sink of lines', () => {
  it('never waits for a reader that stands still, drops what is too much, counts it, and tells of it later', async () => {
    const from = reader();
    const sink = new LineSink(writer(), 100_000);
    const before = await droppedLines();
    const line = `${'x'.repeat(99)}\n`;
    const began = performance.now();
    for (let n = 0; n < 100_000; n++) sink.write(line);
    sink.flush();
    expect(performance.now() - began).toBeLessThan(5000);
    const dropped = (await droppedLines()) - before;
    expect(dropped).toBeGreaterThan(90_000);

    let text = '';
    await expect.poll(() => (text += read(from)), { timeout: 10_000 }).toContain('log lines were dropped');
    const lines = text.trimEnd().split('\n');
    expect(JSON.parse(lines.pop()!)).toMatchObject({ level: 'warn', lines: dropped });
    expect(new Set(lines)).toEqual(new Set(['x'.repeat(99)]));
    expect(lines.length + dropped).toBe(100_000);
    sink.write('and on\n');
    await expect.poll(() => read(from)).toBe('and on\n');
  });

  it('bears a pipe that nobody reads any more, and goes on when somebody does', async () => {
    const first = reader();
    const sink = new LineSink(writer());
    sink.write('one\n');
    await expect.poll(() => read(first)).toBe('one\n');
    close(first);
    sink.write('two\n');
    sink.flush();
    const second = reader();
    await expect.poll(() => read(second), { timeout: 5000 }).toBe('two\n');
  });

  it('keeps lines together that may wait, in the order in which they came', async () => {
    const from = reader();
    const sink = new LineSink(writer());
    sink.write('a\n', 60_000);
    sink.write('b\n', 60_000);
    expect(read(from)).toBe('');
    sink.write('c\n');
    await expect.poll(() => read(from)).toBe('a\nb\nc\n');
  });

  it('writes at the end what is left, and does not wait for long', () => {
    const from = reader();
    const sink = new LineSink(writer());
    sink.write('last\n', 60_000);
    sink.flushSync();
    expect(read(from)).toBe('last\n');
    sink.write('y'.repeat(900_000));
    const began = performance.now();
    sink.flushSync();
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
