import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../shared/ids.js';
import type { LoggedEventView } from '../platform/event-log/index.js';
import { LiveConnection } from './live-connection.js';
import { LiveFrame } from './live-frame.js';
import type { LiveSink } from './live-sink.js';

const KEPT = 5;

/** A log in memory, of which the last five events are at hand. */
class Log {
  readonly frames: LiveFrame[] = [];
  pages = 0;
  get position() {
    return this.frames.length;
  }
  begin = () => Promise.resolve();
  grow(): LiveFrame {
    const position = this.frames.length + 1;
    const view = { sequence: position } as LoggedEventView;
    const frame = new LiveFrame({ position, type: 'order.placed', orderId: null, customerId: null, view });
    this.frames.push(frame);
    return frame;
  }
  after(position: number) {
    return position >= this.position - KEPT ? this.frames.slice(position) : undefined;
  }
  page(after: number) {
    this.pages += 1;
    const frames = this.frames.slice(after, after + 10);
    return Promise.resolve({ frames, isLast: frames.length < 10 });
  }
}

/** A client that reads only when it is told to. */
class Client implements LiveSink {
  readonly transport = 'websocket';
  readonly got: (number | string)[] = [];
  isCongested = false;
  reads = true;
  private drained: (() => void) | undefined;
  onDrained(callback: () => void) {
    this.drained = callback;
  }
  onClosed() {}
  ready(after: number) {
    this.got.push(`ready ${after}`);
  }
  reset(after: number, reason: string) {
    this.got.push(`reset ${after} ${reason}`);
  }
  event({ event }: LiveFrame) {
    this.got.push(event.position);
    this.isCongested = !this.reads;
  }
  heartbeat(after: number) {
    this.got.push(`heartbeat ${after}`);
  }
  end(reason: string) {
    this.got.push(reason);
  }
  readAll() {
    this.reads = true;
    this.isCongested = false;
    this.drained?.();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
let log: Log;
let client: Client;
const failed = (error: unknown) => Promise.reject(error as Error);
const connect = async (after?: number, forgotten = 0) => {
  const ends = () => Promise.resolve({ last: log.position, forgotten });
  const caller = { userId: newId<'usr'>(), permissions: new Set(['events:read'] as const) };
  const connection = new LiveConnection({ caller }, client, log, { ends, ordersOf: () => Promise.resolve([]) }, failed);
  await connection.begin(after);
  return { happen: () => connection.offer(log.grow()), connection };
};
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  log = new Log();
  client = new Client();
});
afterEach(() => vi.useRealTimers());
const grow = (count: number) => Array.from({ length: count }, () => log.grow());

describe('A live connection', () => {
  it('begins now, or after a position: from the database, then from memory, then as events come', async () => {
    grow(23);
    const { happen } = await connect(2);
    happen();
    expect(client.got).toEqual(['ready 2', ...Array.from({ length: 22 }, (_, n) => n + 3)]);
    expect(log.pages).toBe(2);
    client = new Client();
    (await connect()).happen();
    expect(client.got).toEqual(['ready 24', 25]);
  });

  it('says what is gone, and goes on from the end', async () => {
    grow(8);
    const { happen } = await connect(3, 4);
    happen();
    expect(client.got).toEqual(['reset 8 expired', 'ready 8', 9]);
    client = new Client();
    await connect(99);
    expect(client.got).toEqual(['reset 9 unknown', 'ready 9']);
  });

  it('writes nothing to a client that does not read, and the rest once it does', async () => {
    const { happen } = await connect();
    client.reads = false;
    for (let n = 0; n < 4; n += 1) happen();
    expect(client.got).toEqual(['ready 0', 1]);
    client.readAll();
    await settled();
    happen();
    expect(client.got).toEqual(['ready 0', 1, 2, 3, 4, 5]);
  });

  it('ends when the client does not read for 15 seconds', async () => {
    const { happen } = await connect();
    client.reads = false;
    happen();
    vi.advanceTimersByTime(14_999);
    expect(client.got).not.toContain('too_slow');
    vi.advanceTimersByTime(1);
    happen();
    expect(client.got).toEqual(['ready 0', 1, 'too_slow']);
  });

  it('ends when the client fell behind what is in memory, so that nothing is read again and again for it', async () => {
    const { happen } = await connect();
    client.reads = false;
    for (let n = 0; n < KEPT + 2; n += 1) happen();
    client.readAll();
    await settled();
    expect(client.got).toEqual(['ready 0', 1, 'too_slow']);
    expect(log.pages).toBe(0);
  });

  it('tells where the log is only while nothing is missing', async () => {
    const { happen, connection } = await connect();
    happen();
    connection.heartbeat();
    client.reads = false;
    happen();
    happen();
    connection.heartbeat();
    expect(client.got).toEqual(['ready 0', 1, 'heartbeat 1', 2]);
  });
});
