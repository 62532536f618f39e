import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { WebSocket } from 'ws';
import { newId } from '../../src/shared/ids.js';
import { CpuMeter } from '../measure/cpu-meter.js';
import { type Latency, latencyOf } from '../measure/latency.js';
import { memoryOf } from '../measure/memory.js';
import { step } from '../terminal/progress.js';
import { type RunningTill, startWholeTill, type WholeTillOptions } from '../throughput/till.js';
import { withClient } from '../till/database.js';
import type { Servers } from '../till/servers.js';

export interface LiveOptions extends WholeTillOptions {
  readonly seconds: number;
}

export interface LiveFigures {
  readonly connections: number;
  readonly events: number;
  /** Events that reached connections, and those that did not. */
  readonly received: number;
  readonly missed: number;
  readonly perSecond: number;
  /** From commit to the client, in ms. */
  readonly delay: Latency;
  readonly longestMs: number;
  /** Of the api, in MiB. */
  readonly memory: { readonly before: number; readonly connected: number; readonly peak: number };
  /** Of the api, as a share of one core, while events came. */
  readonly cpuShare: number;
}

const [CONNECTIONS, STAFF, CUSTOMERS, PER_SECOND] = [2000, 20, 20, 50];
const AT_ONCE = 50;
const PATIENCE_MS = 10_000;

/** Live connections to one api while events happen: each event is for the windows of one customer, and for all of the staff. */
export async function measureLive(servers: Servers, options: LiveOptions): Promise<LiveFigures> {
  const variables = { LIVE_CONNECTIONS_PER_USER: String(CONNECTIONS), ...options.variables };
  const till = await startWholeTill(servers, { ...options, products: 2, clients: CUSTOMERS, variables });
  const orders = await step('Placing an order for each customer', () => placeOrders(till));
  const before = residentOf(till);
  const delays: number[] = [];
  const sockets = await step(`Opening ${CONNECTIONS} connections`, () => connectAll(till, delays));
  const connected = residentOf(till);
  const cpu = new CpuMeter({ api: { pid: till.api.pid } });
  cpu.begin();
  const began = performance.now();
  const events = await withClient(till.databaseUrl, (sql) =>
    step(`${PER_SECOND} events a second`, () => happen(sql, orders, options.seconds)),
  );
  const seconds = (performance.now() - began) / 1000;
  cpu.end();
  const expected = events * (STAFF + (CONNECTIONS - STAFF) / CUSTOMERS);
  for (const until = performance.now() + PATIENCE_MS; delays.length < expected && performance.now() < until;)
    await sleep(20);
  const peak = memoryOf(till.api.pid)?.peak ?? Number.NaN;
  for (const socket of sockets) socket.terminate();
  await Promise.all([till.api.stop(), till.worker.stop()]);
  return {
    connections: sockets.length,
    events,
    received: delays.length,
    missed: expected - delays.length,
    perSecond: delays.length / seconds,
    delay: latencyOf(delays),
    longestMs: delays.reduce((longest, delay) => Math.max(longest, delay), 0),
    memory: { before, connected, peak },
    cpuShare: (cpu.used['api'] ?? Number.NaN) / (seconds * 1000),
  };
}

const residentOf = ({ api }: RunningTill): number => memoryOf(api.pid)?.resident ?? Number.NaN;

async function placeOrders({ api, shop }: RunningTill): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, { token }] of shop.customers.entries()) {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `live-${index}`,
    };
    const body = JSON.stringify({ lines: [{ productId: shop.productIds[0], quantity: 1 }] });
    const answer = await fetch(`${api.url}/v1/orders`, { method: 'POST', headers, body });
    if (answer.status !== 201) throw new Error(`An order was refused: ${await answer.text()}`);
    ids.push(((await answer.json()) as { id: string }).id);
  }
  return ids;
}

async function connectAll({ api, shop }: RunningTill, delays: number[]): Promise<WebSocket[]> {
  const ofCustomers = Array.from({ length: CONNECTIONS - STAFF }, (_, n) => shop.customers[n % CUSTOMERS]!.token);
  const tokens = [...Array<string>(STAFF).fill(shop.admin.token), ...ofCustomers];
  const sockets: WebSocket[] = [];
  for (let first = 0; first < tokens.length; first += AT_ONCE) {
    const some = tokens.slice(first, first + AT_ONCE);
    sockets.push(...(await Promise.all(some.map((token) => connect(api.url, token, delays)))));
  }
  return sockets;
}

function connect(url: string, token: string, delays: number[]): Promise<WebSocket> {
  const query = '?types=bench.*';
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data) => {
      const { type, event } = JSON.parse(data.toString()) as { type: string; event?: { createdAt: string } };
      if (type === 'ready') resolve(socket);
      if (event) delays.push(Date.now() - Date.parse(event.createdAt));
    });
  });
}

/** Returns how many events happened. */
async function happen(sql: Client, orders: readonly string[], seconds: number): Promise<number> {
  const count = seconds * PER_SECOND;
  const began = performance.now();
  for (let n = 1; n <= count; n += 1) {
    await sql.query(
      `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, order_id, data)
         VALUES ($1, 'bench.happened', 'bench', $2, $3, $2, '{"total":1999,"currency":"EUR"}') RETURNING id)
       INSERT INTO outbox SELECT id FROM e`,
      [newId(), orders[n % orders.length], n],
    );
    await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
  }
  return count;
}
