import { randomInt, randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { withClient } from '../../bench/till/database.js';
import { migrate, startTill } from '../../bench/till/processes.js';
import { provideServers, type Undo } from '../../bench/till/servers.js';
import { openShop } from '../../bench/till/shop.js';
import { stopAll } from '../servers/guarded-process.js';
import { buildWhenStale } from '../start/setup.mjs';

const MOST_LINES = 1500;
/** Characters that metadata and address each may have, less some for their members. */
const NOTE_LENGTH = 19_900;
const AT_ONCE = 4;
const PAGE = 20;

/** A customer who stores as much as they can, from as many addresses as they like. */
interface Greedy {
  readonly url: string;
  readonly token: string;
  readonly productIds: readonly string[];
}

const ways = {
  'most lines': ({ productIds }: Greedy) => ({ lines: linesOf(productIds, MOST_LINES) }),
  'most lines and large notes': ({ productIds }: Greedy) => ({
    lines: linesOf(productIds, MOST_LINES),
    ...notes(),
  }),
  'large notes': ({ productIds }: Greedy) => ({ lines: linesOf(productIds, 1), ...notes() }),
  'small orders': ({ productIds }: Greedy) => ({ lines: linesOf(productIds, 1) }),
} as const;

const linesOf = (productIds: readonly string[], count: number) =>
  Array.from({ length: count }, (_, n) => ({ productId: productIds[n % productIds.length], quantity: 1 }));
/** Random characters of four bytes each (U+20000 to U+27FFF), so that little compresses them. */
const note = () =>
  Array.from({ length: NOTE_LENGTH }, () => String.fromCodePoint(0x20000 + randomInt(0x8000))).join('');
const notes = () => ({ metadata: { note: note() }, shippingAddress: { line1: note() } });
let addresses = 0;

async function send({ url, token }: Greedy, method: string, path: string, body?: object) {
  const n = addresses++;
  const headers = {
    authorization: `Bearer ${token}`,
    'idempotency-key': randomUUID(),
    'x-forwarded-for': `198.51.${Math.floor(n / 250) % 250}.${n % 250}`,
    ...(body && { 'content-type': 'application/json' }),
  };
  const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, text, retryAfterMs: Number(answer.headers.get('retry-after') ?? 0) * 1000 };
}

/** Places orders and cancels them, since only so many may be unpaid at once, until the time is over. Returns how often each answer came. */
async function store(customer: Greedy, way: keyof typeof ways, seconds: number): Promise<Record<string, number>> {
  const [until, tally]: [number, Record<string, number>] = [performance.now() + seconds * 1000, {}];
  const counted = <T extends { status: number }>(what: string, answer: T): T => {
    const key = `${what} ${answer.status}`;
    tally[key] = (tally[key] ?? 0) + 1;
    return answer;
  };
  const work = async () => {
    while (performance.now() < until) {
      const placed = counted('place', await send(customer, 'POST', '/v1/orders', ways[way](customer)));
      if (placed.status === 201) {
        const { id } = JSON.parse(placed.text) as { id: string };
        counted('cancel', await send(customer, 'POST', `/v1/orders/${id}/cancellation`, {}));
      } else if (placed.status === 429) {
        await new Promise((resolve) => setTimeout(resolve, Math.min(1000, placed.retryAfterMs)));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return tally;
}

const MEGABYTE = 1_000_000;
const SIZES = `
  SELECT relname AS name, pg_total_relation_size(oid)::bigint AS bytes FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`;
const sizes = (databaseUrl: string) =>
  withClient(databaseUrl, async (sql) => {
    const { rows } = await sql.query<{ name: string; bytes: string }>(SIZES);
    return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
  });

async function run(chosen: readonly (keyof typeof ways)[], seconds: number, undo: Undo[]): Promise<void> {
  await buildWhenStale();
  const servers = await provideServers(undo);
  for (const way of chosen) {
    const { url: databaseUrl } = await servers.createDatabase();
    await migrate(databaseUrl);
    const { directory, redisUrl } = servers;
    const opening = await startTill('main.js', { directory, databaseUrl, redisUrl });
    const shop = await openShop(opening.url, databaseUrl, { products: MOST_LINES, clients: 1 });
    await opening.stop();
    const api = await startTill('main.js', { directory, databaseUrl, redisUrl, limited: true });
    undo.push(() => api.stop());
    const customer = { url: api.url, token: shop.customers[0]!.token, productIds: shop.productIds };
    const before = await sizes(databaseUrl);
    const tally = await store(customer, way, seconds);
    const after = await sizes(databaseUrl);
    const growth = [...after].map(([name, bytes]) => ({ name, bytes: bytes - (before.get(name) ?? 0) }));
    const total = growth.reduce((sum, { bytes }) => sum + bytes, 0);
    const largest = growth.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5);
    console.log(`${way}: ${(total / MEGABYTE).toFixed(1)} MB in ${seconds} s; ${JSON.stringify(tally)}`);
    console.log(`  ${largest.map(({ name, bytes }) => `${name} ${(bytes / MEGABYTE).toFixed(1)}`).join(', ')} MB`);
    const page = await untilAllowed(() => send(customer, 'GET', `/v1/orders?limit=${PAGE}`));
    const { data } = JSON.parse(page.text) as { data: unknown[] };
    console.log(
      `  GET /v1/orders?limit=${PAGE}: ${data.length} order(s), ${(page.text.length / MEGABYTE).toFixed(2)} MB`,
    );
    await api.stop();
  }
}

async function untilAllowed<T extends { status: number; retryAfterMs: number }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 429) return answer;
    await new Promise((resolve) => setTimeout(resolve, answer.retryAfterMs));
  }
}

function wayName(name: string, before: readonly (keyof typeof ways)[] = []): (keyof typeof ways)[] {
  if (!(name in ways)) throw new InvalidArgumentError(`The ways are: ${Object.keys(ways).join('; ')}.`);
  return [...before, name as keyof typeof ways];
}

await new Command('storage')
  .description(
    `Measures how much one customer can store in a minute: in a built api (it builds one when dist/ is stale) with the limits of production,
on servers of its own, one customer places orders and cancels them as fast as they may, from any number of addresses. Prints how
much the tables grew, and how large a list of ${PAGE} such orders is.

Ways: ${Object.keys(ways).join('; ')}`,
  )
  .argument('[way...]', 'only these', wayName, [])
  .option('--seconds <n>', 'how long', Number, 60)
  .action(async (named: (keyof typeof ways)[], { seconds }: { seconds: number }) => {
    const undo: Undo[] = [];
    const clearUp = async () => {
      await stopAll();
      for (let step = undo.pop(); step; step = undo.pop()) await step();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => void clearUp().finally(() => process.exit(130)));
    try {
      await run(named.length > 0 ? named : (Object.keys(ways) as (keyof typeof ways)[]), seconds, undo);
    } finally {
      await clearUp();
    }
  })
  .parseAsync();
