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

/** Runs clients for some seconds. Returns what came of lists and of payments. */
async function load(url: string, shop: Shop, orders: string[], connections: number, seconds: number) {
  const results = { lists: new Results(), payments: new Results() };
  const { token } = shop.customers[0]!;
  const list: Ask = (connection) => connection.get('/v1/products?limit=100', token);
  const pay: Ask = (connection) => {
    const body = '{"paymentMethod":"pm_ok"}';
    return connection.post(`/v1/orders/${orders.pop()}/payments`, body, token, randomUUID());
  };
  const end = AbortSignal.timeout(seconds * 1000);
  const lists = Array.from({ length: connections }, () => keepAsking(url, list, results.lists, Infinity, end));
  const payers = Array.from({ length: PAYMENTS }, () => keepAsking(url, pay, results.payments, 1, end));
  await Promise.all([...lists, ...payers]);
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
    const { status } = await connection.get('/v1/products?limit=100', customers[0]!.token);
    served = status === 200 ? served + 1 : 0;
  }
  connection.close();
  return performance.now() - began;
}

function row(name: string, results: Results): string {
  const { served, refused, failed, refusedShare } = results;
  const times = [50, 99].map((percent) => `p${percent} ${results.percentile(percent).toFixed(0)} ms`).join(', ');
  return `  ${name.padEnd(9)}${served} served (${times}), ${refused} refused (${(refusedShare * 100).toFixed(1)} %), ${failed} failed`;
}

async function run(seconds: number, undo: Undo[]): Promise<string[]> {
  await buildWhenStale();
  const servers = await provideServers(undo);
  const { url: databaseUrl } = await servers.createDatabase();
  await migrate(databaseUrl);
  const { directory, redisUrl } = servers;
  const api = await startTill('main.js', { directory, databaseUrl, redisUrl });
  undo.push(() => api.stop());
  const shop = await openShop(api.url, databaseUrl, { products: 200, clients: 1 });
  const orders = await placeOrders(api.url, shop, (seconds + 20) * PAYMENTS * 2);
  const usual = await load(api.url, shop, orders, USUAL, 10);
  console.log(`usual load, ${USUAL} connections\n${row('lists', usual.lists)}\n${row('payments', usual.payments)}`);
  const spike = await load(api.url, shop, orders, SPIKE, seconds);
  const recoveredMs = await recovery(api.url, shop);
  console.log(`spike, ${SPIKE} connections\n${row('lists', spike.lists)}\n${row('payments', spike.payments)}`);
  console.log(`lists are served again after ${(recoveredMs / 1000).toFixed(1)} s`);
  return [
    ...(spike.payments.refusedShare > spike.lists.refusedShare / 10 ? ['too many payments were refused'] : []),
    ...(spike.payments.failed + usual.payments.failed > 0 ? ['payments failed'] : []),
    ...(recoveredMs > RECOVERED_WITHIN ? ['it took too long until all was served again'] : []),
  ];
}

await new Command('npm run spike --')
  .description(
    'Asks an api for lists on ten times as many connections as it can serve, while orders are paid at a steady rate. Exits 1 unless payments are ' +
      'refused at most a tenth as often as lists and all is served again within 5 s.',
  )
  .option('--seconds <n>', 'how long the spike lasts', Number, 30)
  .action(async ({ seconds }: { seconds: number }) => {
    const undo: Undo[] = [];
    const faults = await run(seconds, undo).catch((error: unknown) => [String(error)]);
    for (const fault of faults) console.error(fault);
    await stopAll();
    for (const step of undo.toReversed()) await step();
    process.exit(faults.length > 0 ? 1 : 0);
  })
  .parseAsync();
