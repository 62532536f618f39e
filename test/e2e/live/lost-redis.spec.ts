import { afterAll, expect, it } from 'vitest';
import { connectSocket } from '../../support/live.js';
import { api, place, scenario, shopper } from '../../support/scenario.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';

let redis: OwnServer;
// Registered before `scenario`, so it runs after Till has ended.
afterAll(() => redis?.remove());
scenario({
  worker: true,
  mugs: 100,
  unchecked: true,
  env: async () => {
    redis = await ownRedis();
    return { REDIS_URL: redis.url };
  },
});

it('Live events come while Redis is away, and when it is back', async () => {
  const client = connectSocket(api.url, shopper);
  await client.ready;
  const orders = [await place()];
  await client.events('order.placed');
  await redis.stop();
  orders.push(await place());
  await client.events('order.placed', 'order.placed');
  await redis.start();
  orders.push(await place());
  const came = await client.events('order.placed', 'order.placed', 'order.placed');
  expect(came.map(({ aggregate }) => aggregate.id)).toEqual(orders.map(({ id }) => id));
  client.close();
});
