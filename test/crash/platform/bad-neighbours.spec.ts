import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { makeEndpoint, type Outbound, people, record, startOutbound } from '../../support/outbound.js';
import { type Answer, answers, type Received, startReceiver } from '../../support/receiver.js';
import { redisDatabase } from '../../support/redis.js';

/** Events of each load, and milliseconds between two of them. */
const [EVENTS, APART_MS] = [150, 20];
const SLOW_MS = 2000;
const PAIRS = Number(process.env['NEIGHBOUR_PAIRS'] ?? 1);
const RUN_MS = 60_000;

let database: TestDatabase;
let outbound: Outbound;
let mailTakes = 0;
beforeAll(async () => {
  database = await createDatabase();
  const given = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase(), WEBHOOK_TIMEOUT_SECONDS: '2' };
  outbound = await startOutbound(
    given,
    () => 0,
    () => mailTakes,
  );
  await load(['warming-up']);
}, RUN_MS);
afterAll(async () => {
  mailTakes = 0;
  await outbound?.stop();
  await database?.drop();
});

/** Records events of these things at an even pace. Returns the p95 of milliseconds from an event to its arrival at the healthy receiver. */
async function load(things: readonly string[]): Promise<number> {
  const { webhooks } = outbound.arrived();
  const before = webhooks.length;
  const began = performance.now();
  for (let n = 0; n < EVENTS; n += 1) {
    await record(outbound.shop, [things[n % things.length]!]);
    await delay(Math.max(0, began + (n + 1) * APART_MS - performance.now()));
  }
  // Apart from what tells that another endpoint is gone.
  const mine = () => webhooks.slice(before).filter(({ raw }) => !raw.includes('"webhook_endpoint.disabled"'));
  await vi.waitFor(() => expect(mine()).toHaveLength(EVENTS), { timeout: RUN_MS, interval: 100 });
  const delays = mine()
    .map(delayOf)
    .toSorted((one, other) => one - other);
  return delays[Math.floor(delays.length * 0.95)]!;
}

function delayOf({ raw, at }: Received): number {
  const { timestamp } = JSON.parse(raw.toString()) as { readonly timestamp: string };
  return performance.timeOrigin + at - Date.parse(timestamp);
}

/** Prints the delays of loads that take turns, and each as a multiple of the first. They depend on the machine, so nothing is asserted of them (docs/performance.md). */
async function compare(loads: readonly (readonly [name: string, load: () => Promise<number>])[]): Promise<void> {
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const turns = [...loads.keys()].map((turn) => (turn + pair) % loads.length);
    const delays = new Map<number, number>();
    for (const turn of turns) delays.set(turn, await loads[turn]![1]());
    const said = loads.map(([name], turn) => {
      const ms = delays.get(turn)!;
      return `${name} ${ms.toFixed(0)} ms (${(ms / delays.get(0)!).toFixed(2)})`;
    });
    process.stdout.write(`p95 of webhooks: ${said.join(', ')}\n`);
  }
}

const openMails = async () => {
  const open = `SELECT count(*)::int AS n FROM event_deliveries WHERE consumer = 'mail' AND status <> 'done'`;
  return Number((await outbound.shop.sql(open))[0]!['n']);
};

it(
  'All webhooks arrive beside a mail server that takes two seconds for each mail',
  async () => {
    const users = await people(outbound.shop, 8);
    const takes = (ms: number, openAtEnd: number) => async () => {
      mailTakes = ms;
      const p95 = await load(users);
      expect(await openMails()).toBeGreaterThanOrEqual(openAtEnd);
      mailTakes = 0;
      await expect.poll(openMails, { timeout: RUN_MS, interval: 50 }).toBe(0);
      return p95;
    };
    await compare([
      ['beside a quick mail server', takes(0, 0)],
      ['beside a slow one', takes(SLOW_MS, EVENTS / 2)],
    ]);
  },
  RUN_MS * (1 + PAIRS),
);

/** What each bad receiver does, and what its first attempt says: the status, or the error. */
const bad: readonly { readonly name: string; readonly answer: Answer; readonly says: number | string }[] = [
  { name: 'hangs', answer: () => undefined, says: 'No answer within 2 s.' },
  { name: 'fails', answer: answers(500), says: 500 },
  { name: 'is gone', answer: answers(410), says: 410 },
  { name: 'redirects inside', answer: answers(302, { location: 'http://127.0.0.1:1/' }), says: 302 },
  { name: 'asks for patience', answer: answers(429, { 'retry-after': '120' }), says: 429 },
  { name: 'never ends', answer: endless, says: 200 },
  { name: 'moved inside', answer: answers(200), says: 'The host leads to 127.0.0.2' },
];

function endless(response: Parameters<Answer>[0]): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'.repeat(10_000)), 5);
  response.on('close', () => clearInterval(timer));
}

const FIRST = `SELECT a.status, a.error FROM webhook_attempts a JOIN webhook_deliveries d ON d.id = a.delivery_id
  WHERE d.endpoint_id = $1 ORDER BY a.started_at LIMIT 1`;

const things = Array.from({ length: 10 }, (_, index) => `thing-${index}`);

/** Endpoints at receivers of their own, until `end`. */
async function neighbours(given: readonly Answer[]) {
  const receivers = await Promise.all(given.map((answer) => startReceiver(answer)));
  const ids: string[] = [];
  for (const { url } of receivers) ids.push(decodeId('whe', await makeEndpoint(outbound.shop, url))!);
  const end = async () => {
    const ended = `UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'by_hand' WHERE id = ANY($1) AND status = 'enabled'`;
    await outbound.shop.sql(ended, [ids]);
    await Promise.all(receivers.map((receiver) => receiver.close()));
  };
  return { receivers, ids, end };
}

/** The p95 beside as many receivers that are as good as the healthy one. */
async function besideGood(): Promise<number> {
  const { receivers, end } = await neighbours(bad.map(() => answers(200)));
  const p95 = await load(things);
  for (const { received } of receivers)
    await expect.poll(() => received.length, { timeout: RUN_MS }).toBeGreaterThanOrEqual(EVENTS);
  await end();
  return p95;
}

/** The p95 beside the bad ones, each of which gets what it deserves. */
async function besideBad(): Promise<number> {
  const { ids, end } = await neighbours(bad.map(({ answer }) => answer));
  // As if its name led elsewhere since it was checked.
  const moved = `UPDATE webhook_endpoints SET url = replace(url, '127.0.0.1', '127.0.0.2') WHERE id = $1`;
  await outbound.shop.sql(moved, [ids[bad.findIndex(({ name }) => name === 'moved inside')]]);
  const p95 = await load(things);
  for (const [index, { name, says }] of bad.entries()) {
    await expect.poll(() => outbound.shop.sql(FIRST, [ids[index]]), { timeout: 20_000 }).toHaveLength(1);
    const [{ status, error }] = (await outbound.shop.sql(FIRST, [ids[index]])) as [{ status: number; error: string }];
    expect({ name, says: status ?? error.slice(0, String(says).length) }).toEqual({ name, says });
  }
  await end();
  return p95;
}

it(
  'Receivers that are bad in seven ways get what each deserves, and all webhooks to another one arrive',
  () =>
    compare([
      ['beside seven good receivers', besideGood],
      ['beside seven bad ones', besideBad],
      ['alone', () => load(things)],
    ]),
  RUN_MS * (1 + PAIRS),
);
