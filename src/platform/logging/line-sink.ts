import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Counter } from 'prom-client';

/** Bytes that may wait for a slow reader. Further lines are dropped. */
const MAX_WAITING = 1024 * 1024;
/** Bytes per system call. */
const CHUNK = 64 * 1024;
/** Bytes after which delayed lines are written. */
const ENOUGH = 4096;
/** Delays before another try, in milliseconds: for a full pipe, and for a full disk or a missing reader. */
const RETRY_FULL_MS = 20;
const RETRY_FAILED_MS = 500;
/** How long the end of the process waits for a slow reader, in milliseconds. */
const LAST_WORDS_MS = 200;

const dropped = new Counter({
  name: 'till_log_lines_dropped_total',
  help: 'Log lines that were dropped, because nobody read them or the disk was full.',
});

/**
 * Writes lines to a file descriptor without ever waiting for a stalled reader, a broken pipe or a full disk. A limited number of
 * bytes may wait; further lines are dropped and counted, and a line reports them when lines can be written again.
 */
export class LineSink {
  private waiting: string[] = [];
  private bytes = 0;
  /** The unwritten rest of partly written lines. */
  private begun: Buffer | undefined;
  private lost = 0;
  private failed = false;
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;

  constructor(
    private readonly fd: number,
    private readonly limit = MAX_WAITING,
  ) {}

  /** Writes a line with its line ending; it may wait `soonMs` milliseconds for other lines. */
  write(line: string, soonMs = 0): void {
    if (this.bytes + line.length > this.limit) {
      this.lost++;
      return dropped.inc();
    }
    this.waiting.push(line);
    this.bytes += line.length;
    if (this.failed) return; // a timer tries again
    if (soonMs === 0 || this.bytes > ENOUGH) this.turn ??= setImmediate(() => this.flush());
    else this.timer ??= setTimeout(() => this.flush(), soonMs).unref();
  }

  /** Writes as much as possible now, and tries the rest later. */
  flush(): void {
    clearImmediate(this.turn);
    clearTimeout(this.timer);
    this.turn = this.timer = undefined;
    const retryMs = this.writeOut();
    this.failed = retryMs !== undefined;
    if (this.failed) this.timer = setTimeout(() => this.flush(), retryMs).unref();
  }

  /** Before the process ends, waits a moment for a slow reader. */
  flushSync(): void {
    const deadline = Date.now() + LAST_WORDS_MS;
    while (this.writeOut() === RETRY_FULL_MS && Date.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }

  /** Writes until nothing is left. Returns the delay before the next try if it can't. */
  private writeOut(): number | undefined {
    try {
      for (let chunk = this.next(); chunk; chunk = this.next()) {
        const written = writeSync(this.fd, chunk);
        this.begun = written < chunk.length ? chunk.subarray(written) : undefined;
      }
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? RETRY_FULL_MS : RETRY_FAILED_MS;
    }
  }

  private next(): Buffer | undefined {
    if (this.begun) return this.begun;
    if (this.waiting.length === 0) return this.lost > 0 ? (this.begun = this.lossLine()) : undefined;
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length && bytes < CHUNK) bytes += this.waiting[count++]!.length;
    const text = this.waiting.splice(0, count).join('');
    this.bytes -= text.length;
    return (this.begun = Buffer.from(text));
  }

  private lossLine(): Buffer {
    const line = { level: 'warn', time: new Date(), msg: 'log lines were dropped', lines: this.lost };
    this.lost = 0;
    return Buffer.from(`${JSON.stringify(line)}\n`);
  }
}

/** Handles that make a descriptor non-blocking; they must live as long as the process. */
const holders: Socket[] = [];
const sinks = new Map<number, LineSink>();

/** The one sink for stdout (1) or stderr (2). */
export function sinkFor(fd: 1 | 2): LineSink {
  let sink = sinks.get(fd);
  if (!sink) {
    sinks.set(fd, (sink = new LineSink(unblocked(fd))));
    process.on('exit', () => sink!.flushSync());
  }
  return sink;
}

/** A descriptor of the same file that says EAGAIN where a pipe or socket is full, instead of stopping the process. */
function unblocked(fd: number): number {
  try {
    const stat = fstatSync(fd);
    if (stat.isFIFO()) return reopened(fd);
    if (stat.isSocket()) hold(fd);
    return fd;
  } catch {
    return fd; // there is no such descriptor: each write fails, and its lines are dropped
  }
}

/** Linux opens a pipe anew by its descriptor, so that those who share it with us keep theirs as it is. */
function reopened(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    hold(fd);
    return fd;
  }
}

/** libuv makes a descriptor that it is given non-blocking. */
function hold(fd: number): void {
  holders.push(new Socket({ fd, readable: false, writable: true }));
}
