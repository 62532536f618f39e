import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { connectSocket, type LiveClient, readStream } from '../../support/live.js';
import { redisDatabase } from '../../support/redis.js';
import { type Person, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';
import type { OrderBody, PageBody } from '../../support/bodies.js';

let database: TestDatabase;
let processes: BuiltProcess[];
let urls: readonly string[];
let shop: Shop;
let order: OrderBody;
let [shopper, support] = [] as unknown as [Person, Person];

beforeAll(async () => {
  database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas, ...servers };
  const ports = [String(await freePort()), String(await freePort())];
  const settings = { ...ways, PUBLIC_URL: `http://127.0.0.1:${ports[0]}` };
  processes = await Promise.all([
    ...ports.map((PORT) => startBuilt('main.js', { ...settings, PORT, SHUTDOWN_DELAY_SECONDS: '0' })),
    startBuilt('worker.js', settings),
  ]);
  urls = processes.map(({ url }) => url);
  shop = shopAt(urls[0]!, settings);
  [shopper, support] = await Promise.all([shop.person(), shop.person('support')]);
  const mug = await shop.product(100);
  order = (await shop.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
}, 240_000);
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.stop()));
  await shop?.leave();
  await database?.drop();
});

interface MessageBody {
  readonly id: string;
  readonly text: string;
  readonly side: string;
}

const say = async (url: string, { token }: Person, text: string) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const address = `${url}/v1/orders/${order.id}/messages`;
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify({ text }) });
  expect(response.status).toBe(201);
};
/** What somebody reads when they are told that a message came. */
const read = async (url: string, { token }: Person, told: { data: Readonly<Record<string, unknown>> }) => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/v1/orders/${order.id}/messages`, { headers });
  const { data } = (await response.json()) as PageBody<MessageBody>;
  const found = data.find(({ id }) => id === told.data['messageId'])!;
  return `${found.side}: ${found.text}`;
};
const newest = async (client: LiveClient, count: number) =>
  (await client.events(...Array<string>(count).fill('order.message_posted'))).at(-1)!;

it('Customer and staff chat about an order through two processes, and go on when one of them restarts', async () => {
  const [first, second] = urls as [string, string];
  const customer = connectSocket(first, shopper);
  const desk = readStream(second, support, { query: `?orderId=${order.id}&types=order.message_posted` });
  await Promise.all([customer.ready, desk.ready]);

  await say(first, shopper, 'Is it red?');
  expect(await read(second, support, await newest(desk, 1))).toBe('customer: Is it red?');
  await say(second, support, 'As red as it gets.');
  const answer = await newest(customer, 2);
  expect(await read(first, shopper, answer)).toBe('staff: As red as it gets.');

  // The customer's process ends, which tells its clients; what is said meanwhile comes when they are back, through the other one.
  await processes[0]!.stop();
  expect(await customer.closed).toEqual({ code: 1012, reason: 'restart' });
  await say(second, support, 'Still there?');
  const back = connectSocket(second, shopper, { query: `?after=${answer.sequence}` });
  expect(await read(second, shopper, await newest(back, 1))).toBe('staff: Still there?');
  back.close();
  desk.close();
});
