import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { stopAll } from '../../tools/servers/guarded-process.js';
import { buildWhenStale } from '../../tools/setup/setup.mjs';
import { HttpConnection } from '../load/http-connection.js';
import { migrate, startTill } from '../till/processes.js';
import { provideServers, type Undo } from '../till/servers.js';
import { openShop, type Shop } from '../till/shop.js';
import { type Ask, keepAsking, Results } from './clients.js';

/** Payments a second, of orders that exist. */
const PAYMENTS = 10;
/** Connections that ask for lists: as many as the api can serve, and ten times as many. */
const USUAL = 16;
const SPIKE = USUAL * 10;
/** In milliseconds. */
const RECOVERED_WITHIN = 5000;

const probe: Ask = (connection) => connection.get('/health/live');

let lists = 0;
/** A list of 100 products that nobody has asked for before: the database serves it, not the memory of the api. */
const newList = () => `/v1/products?limit=100&currency=EUR&maxPrice=${1_000_000 + lists++}`;

/** Runs clients for some seconds. Returns what came of lists, of payments and of liveness probes. */
async function load(url: string, shop: Shop, orders: string[], connections: number, seconds: number) {
  const results = { lists: new Results(), payments: new Results(), probes: new Results() };
  const { token } = shop.customers[0]!;
  const list: Ask = (connection) => connection.get(newList(), token);
  const pay: Ask = (connection) => {
    const body = '{"paymentMethod":"pm_ok"}';
    return connection.post(`/v1/orders/${orders.pop()}/payments`, body, token, randomUUID());
  };
  const end = AbortSignal.timeout(seconds * 1000);
  const askers = Array.from({ length: connections }, () => keepAsking(url, list, results.lists, Infinity, end));
  const payers = Array.from({ length: PAYMENTS }, () => keepAsking(url, pay, results.payments, 1, end));
  await Promise.all([...askers, ...payers, keepAsking(url, probe, results.probes, 1, end)]);
  return results;
}

async function placeOrders(url: string, { customers, productIds }: Shop, count: number): Promise<string[]> {
  const connection = await HttpConnection.open(url);
  const body = JSON.stringify({ lines: [{ productId: productIds[0], quantity: 1 }] });
  const ids: string[] = [];
  while (ids.length < count) {
    const { body: order } = await connection.post('/v1/orders', body, customers[0]!.token, randomUUID());
    ids.push((JSON.parse(order) as { id: string }).id);
  }
  connection.close();
  return ids;
}

/** Returns after how many milliseconds ten lists in a row were served. */
async function recovery(url: string, { customers }: Shop): Promise<number> {
  const connection = await HttpConnection.open(url);
  const began = performance.now();
  for (let served = 0; served < 10 && performance.now() - began < 60_000; await sleep(20)) {
    const { status } = await connection.get(newList(), customers[0]!.token);
    served = status === 200 ? served + 1 : 0;
  }
  connection.close();
  return performance.now() - began;
}

function print(title: string, results: Readonly<Record<string, Results>>): void {
  console.log([title, ...Object.entries(results).map(([name, one]) => row(name, one))].join('\n'));
}

function row(name: string, results: Results): string {
  const { served, refused, failed, refusedShare } = results;
  const times = [50, 99].map((percent) => `p${percent} ${results.percentile(percent).toFixed(0)} ms`).join(', ');
  return `  ${name.padEnd(9)}${served} served (${times}), ${refused} refused (${(refusedShare * 100).toFixed(1)} %), ${failed} failed`;
}

async function run(seconds: number, sheddingDelayMs: number, undo: Undo[]): Promise<string[]> {
  await buildWhenStale();
  const servers = await provideServers(undo);
  const { url: databaseUrl } = await servers.createDatabase();
  await migrate(databaseUrl);
  const { directory, redisUrl } = servers;
  const api = await startTill('main.js', { directory, databaseUrl, redisUrl, sheddingDelayMs });
  undo.push(() => api.stop());
  const shop = await openShop(api.url, databaseUrl, { products: 200, clients: 1 });
  const orders = await placeOrders(api.url, shop, (seconds + 20) * PAYMENTS * 2);
  const usual = await load(api.url, shop, orders, USUAL, 10);
  print(`usual load, ${USUAL} connections`, usual);
  const spike = await load(api.url, shop, orders, SPIKE, seconds);
  const recoveredMs = await recovery(api.url, shop);
  print(`spike, ${SPIKE} connections`, spike);
  console.log(`lists are served again after ${(recoveredMs / 1000).toFixed(1)} s`);
  return [
    ...(spike.payments.refusedShare > spike.lists.refusedShare / 10 ? ['too many payments were refused'] : []),
    ...(spike.payments.failed + usual.payments.failed > 0 ? ['payments failed'] : []),
    ...(usual.lists.refused > 0 ? ['lists were refused under a load that the api can serve'] : []),
    ...(spike.probes.refused > 0 ? ['the api was not alive for its probe, which would restart it'] : []),
    ...(recoveredMs > RECOVERED_WITHIN ? ['it took too long until all was served again'] : []),
  ];
}

await new Command('npm run spike --')
  .description(
    'Asks an api for lists that are not in its memory on ten times as many connections as it can serve, while orders are paid at a steady rate. Exits 1 unless payments are ' +
      'refused at most a tenth as often as lists, no list is refused before the spike, the liveness probe never fails, and all is served again within 5 s.',
  )
  .option('--seconds <n>', 'how long the spike lasts', Number, 30)
  .option('--delay <ms>', 'LOAD_SHEDDING_DELAY_MS of the api', Number, 250)
  .action(async ({ seconds, delay }: { seconds: number; delay: number }) => {
    const undo: Undo[] = [];
    const faults = await run(seconds, delay, undo).catch((error: unknown) => [String(error)]);
    for (const fault of faults) console.error(fault);
    await stopAll();
    for (const step of undo.toReversed()) await step();
    process.exit(faults.length > 0 ? 1 : 0);
  })
  .parseAsync();
