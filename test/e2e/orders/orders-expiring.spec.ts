import { expect, it } from 'vitest';
import { OrdersService } from '../../../src/orders/index.js';
import { OrderExpiry } from '../../../src/orders/orders.worker.module.js';
import { Logger } from '../../../src/platform/logging/index.js';
import { Clock } from '../../../src/shared/clock.js';
import type { OrderBody } from '../../support/bodies.js';
import { admin, api, mug, scenario } from '../../support/scenario.js';

scenario({ env: { LOG_LEVEL: 'fatal' }, people: ['admin'], mugs: 1000 });

/** As many orders as the schedule reads at a time. */
const BATCH = 100;
const place = async (note: string): Promise<OrderBody> =>
  (await api.place(admin, [{ productId: mug.id, quantity: 1 }], { given: { metadata: { note } } })).body;
const statusesOf = async (orders: readonly OrderBody[]) => [
  ...new Set(await Promise.all(orders.map(async (order) => (await api.orderOf(order)).status))),
];

it('Orders that can not be ended, however many there are, hold up no other, and are tried again later', async () => {
  await api.sql(`CREATE FUNCTION refuse_to_expire() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'broken on purpose'; END $$`);
  await api.sql(`CREATE TRIGGER refuse_to_expire BEFORE UPDATE ON orders FOR EACH ROW
    WHEN (NEW.status = 'expired' AND NEW.metadata->>'note' = 'broken') EXECUTE FUNCTION refuse_to_expire()`);
  const broken = await Promise.all(Array.from({ length: BATCH }, () => place('broken')));
  const sound = await place('sound');
  const expiry = new OrderExpiry(api.app.get(OrdersService), api.app.get(Logger), api.app.get(Clock));
  api.moveClock(901);
  await expiry.tick();
  expect(await statusesOf([sound])).toEqual(['expired']);
  expect(await statusesOf(broken)).toEqual(['pending']);
  await api.sql('DROP TRIGGER refuse_to_expire ON orders');
  await expiry.tick();
  expect(await statusesOf(broken)).toEqual(['pending']);
  api.moveClock(930);
  await expiry.tick();
  expect(await statusesOf(broken)).toEqual(['expired']);
  expect(await api.stockOf(mug)).toMatchObject({ reserved: 0 });
});
